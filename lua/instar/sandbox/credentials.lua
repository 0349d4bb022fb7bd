-- SPDX-License-Identifier: MIT
-- The credentials that the sandbox accepts, by service: client options with their values.

return {
  losant = {
    token = "sandbox-losant-token",
    email = "ops@example.com",
    password = "sandbox password",
  },
  kakaocloud = {
    token = "sandbox-kakaocloud-token",
    application_credential_id = "5d5b2a1ee0f14a1f8d5a6a3c7e9b0c11",
    application_credential_secret = "sandbox-application-secret",
  },
  acronis = {
    client_id = "bedba71b-a7a8-433e-88dd-828490c0dcbe",
    client_secret = "sandbox-client-secret",
    token = "sandbox-acronis-token",
  },
}
