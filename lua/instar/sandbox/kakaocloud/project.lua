-- SPDX-License-Identifier: MIT
-- Whom and what the sandbox's KakaoCloud tokens stand for.

return {
  id = "b8e5c0d2a4f64c0e9d1f3a7b6c5d4e3f",
  name = "sandbox",
  user_id = "3f6d2c1b0a9e48d7b6c5a4f3e2d1c0b9",
  user_name = "ops@example.com",
  role_id = "9fe2ff9ee4384b1894a90878d3e92bab",
  domain = { id = "d1f0e9c8b7a64b5c9d8e7f6a5b4c3d2e", name = "example" },
}
