#!/usr/bin/env node
// Asks the hub whether a plate is on anyone's hotlist, without hubctl: only @grpc/grpc-js, the proto files and the
// agency's identity provider. What hubctl does beyond this is to check the proofs before it shows an answer; see
// docs/audit_entries.md.
//
//   tests/npm_install.sh
//   NODE_PATH=tests/node_modules node deploy/examples/ask.cjs --region stl --agency st_charles_pd --person u-1001 \
//     --address 127.0.0.1:PORT --hub spiffe://stl/agency/hub/hub/broker --ca ca.crt --cert client.crt \
//     --key client.key --issuer issuer.sock --plate FE1B77 --state MO --purpose felony_investigation \
//     --complaint 25-004411 --reason 'vehicle seen leaving armed robbery'
//
// Prints one JSON object per event of the question.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { parseArgs } = require('node:util');
const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const protoFolder = path.resolve(__dirname, '../../proto');
const names = ['region', 'agency', 'person', 'address', 'hub', 'ca', 'cert', 'key', 'issuer', 'plate', 'state', 'purpose',
  'complaint', 'reason'];

// The proto files, both for gRPC and for the bytes of the Query, which the person's assertion signs.
function loadProtos() {
  const definition = protoLoader.loadSync('fusionhub/v1/analyst.proto', {
    includeDirs: [protoFolder], keepCase: true, enums: String, longs: Number, defaults: true, oneofs: true,
  });
  const root = new protobuf.Root();
  root.resolvePath = (origin, target) =>
    target.startsWith('google/') ? target : path.join(protoFolder, target);
  root.loadSync('fusionhub/v1/query.proto', { keepCase: true });
  return { v1: grpc.loadPackageDefinition(definition).fusionhub.v1, Query: root.lookupType('fusionhub.v1.Query') };
}

function buildQuery(options) {
  const now = Date.now();
  return {
    region: options.region,
    agency: options.agency,
    operator: options.person,
    officer: options.person,
    nonce: crypto.randomBytes(16),
    asked_at: { seconds: Math.floor(now / 1000), nanos: (now % 1000) * 1e6 },
    purpose: options.purpose,
    identifier: { kind: 1, value: options.complaint },  // KIND_COMPLAINT
    reason: options.reason,
    hotlist_check: { plate: { text: options.plate, state: options.state } },
  };
}

// One line of JSON each way over the identity provider's socket (docs/assertions.md). The assertion is bound to these
// very bytes and to this client's certificate.
function requestAssertion(options, queryBytes) {
  const certificate = new crypto.X509Certificate(fs.readFileSync(options.cert));
  const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
  const wish = {
    person: options.person, request_digest: sha256(queryBytes), client_certificate_sha256: sha256(certificate.raw),
  };
  return new Promise((resolve, reject) => {
    const socket = net.connect(options.issuer, () => socket.write(`${JSON.stringify(wish)}\n`));
    let text = '';
    socket.setTimeout(10_000, () => socket.destroy(new Error('the identity provider does not answer')));
    socket.on('data', (chunk) => { text += chunk; });
    socket.on('error', reject);
    socket.on('end', () => {
      const answer = JSON.parse(text);
      if (answer.assertion) resolve(answer.assertion);
      else reject(new Error(`the identity provider refuses: ${answer.error}`));
    });
  });
}

// The hub is known by the URI name in its certificate, not by a host name.
function credentials(options) {
  return grpc.credentials.createSsl(
    fs.readFileSync(options.ca), fs.readFileSync(options.key), fs.readFileSync(options.cert), {
      checkServerIdentity: (host, certificate) => {
        const uris = certificate.subjectaltname.split(', ').filter((name) => name.startsWith('URI:'));
        return uris.length === 1 && uris[0] === `URI:${options.hub}`
          ? undefined : new Error(`the server is not ${options.hub}`);
      },
    });
}

async function main() {
  const { values: options } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
  const missing = names.filter((name) => options[name] === undefined);
  if (missing.length > 0) throw new Error(`missing --${missing.join(', --')}`);
  const { v1, Query } = loadProtos();
  const query = Buffer.from(Query.encode(Query.fromObject(buildQuery(options))).finish());
  const assertion = await requestAssertion(options, query);
  const client = new v1.QueryService(options.address, credentials(options));
  const call = client.Ask({ signed_query: { query, assertion } }, { deadline: Date.now() + 15_000 });
  call.on('data', (event) => {
    console.log(JSON.stringify(event, (key, value) =>
      value && value.type === 'Buffer' ? Buffer.from(value.data).toString('base64') : value));
  });
  await new Promise((resolve, reject) => {
    call.on('error', (error) => {
      const detail = error.metadata && error.metadata.get('fusionhub-error-bin')[0];
      reject(Object.assign(error, { detail: detail && detail.toString('latin1') }));
    });
    call.on('end', resolve);
  });
  client.close();
}

main().catch((error) => {
  console.error(`ask: ${error.code !== undefined ? `${grpc.status[error.code]}: ` : ''}${error.details || error.message}`);
  process.exitCode = 1;
});
