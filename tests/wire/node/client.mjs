// SPDX-License-Identifier: ISC
// A relying party on oauth4webapi, which takes nothing that the standards do
// not allow. It says on standard output which URL the customer must open, reads
// where they were sent back to from standard input, and prints what it learnt.
//
//   node client.mjs ISSUER CLIENT_ID SECRET|"" basic|post|none REDIRECT_URI SCOPE ALG
import { webcrypto } from "node:crypto";
import readline from "node:readline/promises";

globalThis.crypto ??= webcrypto; // Node.js 18 has it behind a flag
const oauth = await import("oauth4webapi");

const [issuerText, clientId, secret, method, redirectUri, scope, alg] =
  process.argv.slice(2);
const issuer = new URL(issuerText);
const client = { client_id: clientId, id_token_signed_response_alg: alg };
const authentication = {
  basic: () => oauth.ClientSecretBasic(secret),
  post: () => oauth.ClientSecretPost(secret),
  none: () => oauth.None(),
}[method]();
const lines = readline.createInterface({ input: process.stdin });

async function discover(algorithm) {
  const answer = await oauth.discoveryRequest(issuer, { algorithm });
  return oauth.processDiscoveryResponse(issuer, answer);
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return error.error ?? error.cause?.[0]?.parameters?.error ?? error.code;
  }
  return null;
}

const server = await discover("oidc");
const same = await discover("oauth2");

// The sign-in, in the customer's browser.
const verifier = oauth.generateRandomCodeVerifier();
const nonce = oauth.generateRandomNonce();
const state = oauth.generateRandomState();
const url = new URL(server.authorization_endpoint);
for (const [name, value] of Object.entries({
  client_id: clientId,
  redirect_uri: redirectUri,
  response_type: "code",
  scope,
  state,
  nonce,
  max_age: "300",
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
}))
  url.searchParams.set(name, value);
console.log(url.href);
const { value: back } = await lines[Symbol.asyncIterator]().next();
lines.close();
const callback = oauth.validateAuthResponse(server, client, new URL(back),
  state);

const redeem = () =>
  oauth.authorizationCodeGrantRequest(server, client, authentication,
    callback, redirectUri, verifier);
let answer = await redeem();
const tokens = await oauth.processAuthorizationCodeResponse(server, client,
  answer, { expectedNonce: nonce, maxAge: 300, requireIdToken: true });
await oauth.validateApplicationLevelSignature(server, answer);
const claims = oauth.getValidatedIdTokenClaims(tokens);

const info = await oauth.processUserInfoResponse(server, client, claims.sub,
  await oauth.userInfoRequest(server, client, tokens.access_token));

// A JWT access token, as a resource server judges it (RFC 9068 4).
const access = await oauth.validateJwtAccessToken(server,
  new Request(server.userinfo_endpoint, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  }), server.issuer);

let active = null;
if (method !== "none")
  active = await oauth.processIntrospectionResponse(server, client,
    await oauth.introspectionRequest(server, client, authentication,
      tokens.access_token));

let refreshed = null;
if (tokens.refresh_token !== undefined) {
  answer = await oauth.refreshTokenGrantRequest(server, client,
    authentication, tokens.refresh_token);
  const more = await oauth.processRefreshTokenResponse(server, client, answer);
  await oauth.validateApplicationLevelSignature(server, answer);
  refreshed = oauth.getValidatedIdTokenClaims(more);
}

await oauth.processRevocationResponse(await oauth.revocationRequest(server,
  client, authentication, tokens.access_token));
const revoked = await refusal(
  oauth.userInfoRequest(server, client, tokens.access_token).then((reply) =>
    oauth.processUserInfoResponse(server, client, claims.sub, reply)));
const reused = await refusal(
  redeem().then((reply) =>
    oauth.processAuthorizationCodeResponse(server, client, reply)));

console.log(JSON.stringify({
  same: JSON.stringify(server) === JSON.stringify(same),
  claims, info, access, active, refreshed, revoked, reused,
}));
