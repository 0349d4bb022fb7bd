---@meta instar
-- SPDX-License-Identifier: MIT
-- Types for editors (LuaLS): the module itself. What is described in api/*.json is in the generated files beside this.
-- luacheck: ignore 212

---The instance and report operations of Losant, KakaoCloud and Acronis.
---@class instar
---@field _VERSION string
---@field null any Stands for JSON's null, in arguments and in arrays of answers
---@field sandbox table The three services in small, for trying things and for tests; loaded when first asked for
local instar = {}

---A client of the Losant Platform. What the options leave open is read from LOSANT_API_TOKEN and LOSANT_API_URL.
---@param options? instar.losant.options
---@return instar.losant client
function instar.losant(options) end

---A client of KakaoCloud's Beyond Compute Service. What the options leave open is read from KAKAOCLOUD_TOKEN, or
---KAKAOCLOUD_APPLICATION_CREDENTIAL_ID and KAKAOCLOUD_APPLICATION_CREDENTIAL_SECRET.
---@param options? instar.kakaocloud.options
---@return instar.kakaocloud client
function instar.kakaocloud(options) end

---A client of the Acronis Cyber Platform. What the options leave open is read from ACRONIS_BASE_URL, and ACRONIS_TOKEN
---or ACRONIS_CLIENT_ID and ACRONIS_CLIENT_SECRET.
---@param options? instar.acronis.options
---@return instar.acronis client
function instar.acronis(options) end

---Marks a table as an array, so that it goes out as `[]` even when it is empty.
---@generic T: table
---@param list T
---@return T list The same table
function instar.array(list) end

---Calls a function for each item, many at once, as coroutines in which every call of instar yields.
---@generic T, R
---@param list T[]
---@param fn fun(item: T, index: integer): R?, any, any
---@param options? instar.map_options
---@return table? results In order, with their number in `n`; nil after the first failure
---@return string? message
---@return instar.error? err
function instar.map(list, fn, options) end

---Runs functions at once, as coroutines in which every call of instar yields.
---@param functions (fun(): any, any, any)[]
---@param options? instar.map_options
---@return table? results In order, with their number in `n`; nil after the first failure
---@return string? message
---@return instar.error? err
function instar.all(functions, options) end

---@class (exact) instar.map_options
---@field max? integer How many run at once; default 16
---@field settle? boolean Collect all results and failures, in place of ending with the first failure

return instar
