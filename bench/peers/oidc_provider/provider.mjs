// npm oidc-provider, set up to do what the e-ID does: private_key_jwt, PKCE, ES256, PAR, DPoP, refresh rotation.
// Settings come as one JSON document on standard input: issuer, port, clients, storage, and where PostgreSQL is.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

import Provider from 'oidc-provider';

import { MapAdapter } from './map_adapter.mjs';
import { PostgresAdapter, connect } from './postgres_adapter.mjs';

let text = '';
for await (const chunk of process.stdin) text += chunk;
const settings = JSON.parse(text);

const durable = settings.storage === 'postgres';
if (durable) await connect(settings.database, settings.postgres);

const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });

const provider = new Provider(settings.issuer, {
  adapter: durable ? PostgresAdapter : MapAdapter,
  clients: settings.clients,
  jwks: { keys: [{ ...signing, use: 'sig', alg: 'ES256', kid: 'bench' }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  clientAuthMethods: ['private_key_jwt'],
  claims: { openid: ['sub'], email: ['email'] },
  conformIdTokenClaims: true,
  features: {
    devInteractions: { enabled: false },
    dPoP: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    pushedAuthorizationRequests: { enabled: true },
  },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
  ttl: {
    AccessToken: 300, AuthorizationCode: 60, ClientCredentials: 300, Grant: 86400, IdToken: 300, Interaction: 1800,
    RefreshToken: 86400, Session: 43200,
  },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.vn` }),
  }),
});
provider.on('server_error', (ctx, error) => console.error(error));

const answer = provider.callback();

// The sign-in that the bench does not measure: whoever login_hint names is signed in and has consented.
async function interaction(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: params.login_hint, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId: params.login_hint }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const server = createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return answer(request, response);
  return interaction(request, response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(settings.port, '127.0.0.1');
