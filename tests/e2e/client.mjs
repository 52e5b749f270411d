// A client that is not ours: @grpc/grpc-js with the proto files. It can also do what hubctl never would.
import crypto from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import protobuf from 'protobufjs';

import { repository } from './region.mjs';

const protoFolder = path.join(repository, 'proto');
const options = { includeDirs: [protoFolder], keepCase: true, enums: String, longs: Number, defaults: true, oneofs: true };
export const { v1 } = grpc.loadPackageDefinition(
  protoLoader.loadSync(['fusionhub/v1/analyst.proto', 'fusionhub/v1/admin.proto'], options)).fusionhub;

const root = new protobuf.Root();
root.resolvePath = (origin, target) => (target.startsWith('google/') ? target : path.join(protoFolder, target));
root.loadSync(['fusionhub/v1/query.proto', 'fusionhub/v1/records.proto'], { keepCase: true });
const Query = root.lookupType('fusionhub.v1.Query');
const ErrorDetail = root.lookupType('fusionhub.v1.ErrorDetail');

// A question of the delta region that is allowed as it stands.
export function hotlistCheck(region, person, agency, changes = {}) {
  const now = Date.now();
  return {
    region,
    agency,
    operator: person,
    officer: person,
    nonce: crypto.randomBytes(16),
    asked_at: { seconds: Math.floor(now / 1000), nanos: (now % 1000) * 1e6 },
    purpose: 'D-felony',
    identifier: { kind: 1, value: 'D12345' },
    reason: 'car seen leaving burgled farm',
    hotlist_check: { plate: { text: 'BCD-204', state: 'CO' } },
    ...changes,
  };
}

export const encodeQuery = (query) => Buffer.from(Query.encode(Query.fromObject(query)).finish());
export const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

// What the identity provider at `socketPath` asserts about a person, these bytes and this certificate.
export function assertion(socketPath, person, queryBytes, certificatePem) {
  const wish = {
    person,
    request_digest: sha256(queryBytes),
    client_certificate_sha256: sha256(new crypto.X509Certificate(certificatePem).raw),
  };
  return new Promise((resolve, reject) => {
    const socket = net.connect(socketPath, () => socket.write(`${JSON.stringify(wish)}\n`));
    let text = '';
    socket.on('data', (chunk) => { text += chunk; });
    socket.on('error', reject);
    socket.on('end', () => {
      const answer = JSON.parse(text);
      if (answer.assertion) resolve(answer.assertion);
      else reject(new Error(answer.error));
    });
  });
}

// {ca, key, cert} of an agency's client in a region folder.
export function clientFiles(region, agency) {
  const read = (name) => fs.readFileSync(region.path('tls', name));
  return { ca: read('ca.crt'), key: read(`${agency}-client.key`), cert: read(`${agency}-client.crt`) };
}

// Calls that would wait for a connection fail at their deadline instead: tests of refused handshakes keep it short.
export function connect(Service, address, { ca, key, cert }) {
  return new Service(address, grpc.credentials.createSsl(ca, key ?? null, cert ?? null), { 'grpc.use_local_subchannel_pool': 1 });
}

// Sends one question. Returns {events} or {code, reason, fix, details}: never throws for an RPC error.
export function ask(address, files, signedQuery, seconds = 15) {
  const client = connect(v1.QueryService, address, files);
  return new Promise((resolve) => {
    const events = [];
    const call = client.Ask({ signed_query: signedQuery }, { deadline: Date.now() + seconds * 1000 });
    call.on('data', (event) => events.push(event));
    call.on('error', (error) => {
      const bytes = error.metadata?.get('fusionhub-error-bin')[0];
      const detail = bytes ? ErrorDetail.decode(bytes) : {};
      resolve({ events, code: grpc.status[error.code], details: error.details, reason: detail.reason, fix: detail.fix });
    });
    call.on('end', () => resolve({ events }));
  }).finally(() => client.close());
}

// Builds, has asserted, and asks as a person of an agency.
export async function askAs(region, agency, person, changes = {}) {
  const files = clientFiles(region, agency);
  const query = encodeQuery(hotlistCheck(region.facts().region, person, agency, changes));
  const token = await assertion(region.path('run', `issuer-${agency}.sock`), person, query, files.cert);
  const signedQuery = { query, assertion: token };
  return { signedQuery, ...(await ask(region.brokerAddress(), files, signedQuery)) };
}
