// Bad input at the hub's door and in configuration files: each gets a clear error, and everybody else is unaffected.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';

import { ask, askAs, assertion, clientFiles, encodeQuery, hotlistCheck } from './client.mjs';
import { assertWholeCourse, bin, command, Region, repository, withoutFaces } from './region.mjs';

const certificates = path.join(repository, 'deploy/make_certificates.sh');
let region;

async function run(file, ...args) {
  const result = await command(file, args);
  assert.equal(result.code, 0, result.stderr);
}

// A question that rivertown may ask, signed for whatever certificate is given.
async function signed(files, { agency = 'rivertown_pd', person = 'r-10', changes = {} } = {}) {
  const query = encodeQuery(hotlistCheck('delta', person, agency, changes));
  return { query, assertion: await assertion(region.path('run', `issuer-${agency}.sock`), person, query, files.cert) };
}

// A valid person's question is in the log even when its assertion was used before.
async function assertReplayRefused({ events, details }) {
  assert.equal(events.length, 1, details);
  const { complete } = events[0];
  assert.ok(complete.outcomes.length > 0);
  for (const outcome of complete.outcomes) assert.equal(outcome.outcome, 'ANSWER_OUTCOME_REFUSED');
  const [failure] = complete.explanation.failures;
  assert.equal(failure.check, 'assertion');
  assert.equal(failure.fixable_by, 'requester');
  const entries = await region.entriesOf(complete.query_id.toString('hex'));
  assertWholeCourse(entries);
  assert.equal(entries[0].outcome, 'assertion_replayed');
}

describe('clients', () => {
  before(async () => { region = await Region.start(withoutFaces); });
  after(() => region?.stop());
  // Whatever a bad client did, a good one is answered.
  afterEach(async () => {
    const { events, details } = await askAs(region, 'oakfield_so', 'o-20');
    assert.equal(events.at(-1)?.event, 'complete', details);
  });

  test('without a certificate', async () => {
    const files = clientFiles(region, 'rivertown_pd');
    const result = await ask(region.brokerAddress(), { ca: files.ca }, await signed(files), 2);
    assert.ok(['UNAVAILABLE', 'DEADLINE_EXCEEDED'].includes(result.code), JSON.stringify(result));
    assert.equal(result.events.length, 0);
  });

  test('with a certificate of another CA', async () => {
    const folder = region.path('other-ca');
    await run(certificates, 'region-ca', folder, 'delta');
    await run(certificates, 'issue', folder, 'delta', 'rivertown_pd', 'client', 'rivertown_pd-client');
    const files = {
      ca: clientFiles(region, 'rivertown_pd').ca,
      key: fs.readFileSync(path.join(folder, 'rivertown_pd-client.key')),
      cert: fs.readFileSync(path.join(folder, 'rivertown_pd-client.crt')),
    };
    const result = await ask(region.brokerAddress(), files, await signed(files), 2);
    assert.ok(['UNAVAILABLE', 'DEADLINE_EXCEEDED'].includes(result.code), JSON.stringify(result));
  });

  test('with an expired certificate', async () => {
    await run(certificates, 'issue', region.path('tls'), 'delta', 'rivertown_pd', 'client', 'expired', '0');
    const files = {
      ca: clientFiles(region, 'rivertown_pd').ca,
      key: fs.readFileSync(region.path('tls/expired.key')),
      cert: fs.readFileSync(region.path('tls/expired.crt')),
    };
    const result = await ask(region.brokerAddress(), files, await signed(files), 2);
    assert.ok(['UNAVAILABLE', 'DEADLINE_EXCEEDED'].includes(result.code), JSON.stringify(result));
  });

  test('with a node\'s certificate', async () => {
    const files = {
      ca: clientFiles(region, 'rivertown_pd').ca,
      key: fs.readFileSync(region.path('tls/river-a.key')),
      cert: fs.readFileSync(region.path('tls/river-a.crt')),
    };
    const result = await ask(region.brokerAddress(), files, await signed(files), 5);
    assert.equal(result.code, 'PERMISSION_DENIED', JSON.stringify(result));
  });

  test('of another agency than the assertion', async () => {
    const files = clientFiles(region, 'rivertown_pd');
    const result = await ask(region.brokerAddress(), files,
      await signed(files, { agency: 'hill_county_so', person: 'h-30' }));
    assert.equal(result.code, 'UNAUTHENTICATED', JSON.stringify(result));
    assert.equal(result.reason, 'ASSERTION_OTHER_AGENCY');
    assert.ok(result.fix);
  });

  test('with an assertion for another certificate', async () => {
    const files = clientFiles(region, 'rivertown_pd');
    const result = await ask(region.brokerAddress(), files, await signed(clientFiles(region, 'hill_county_so')));
    assert.equal(result.reason, 'ASSERTION_OTHER_CERTIFICATE', JSON.stringify(result));
  });

  test('with an assertion for other bytes', async () => {
    const files = clientFiles(region, 'rivertown_pd');
    const { assertion: token } = await signed(files);
    const query = encodeQuery(hotlistCheck('delta', 'r-10', 'rivertown_pd', { purpose: 'D-vehicle' }));
    const result = await ask(region.brokerAddress(), files, { query, assertion: token });
    assert.equal(result.reason, 'ASSERTION_OTHER_REQUEST', JSON.stringify(result));
  });

  test('with an assertion that was used, also after the broker was restarted', async () => {
    const files = clientFiles(region, 'rivertown_pd');
    const { signedQuery, events } = await askAs(region, 'rivertown_pd', 'r-10');
    assert.equal(events.at(-1).event, 'complete');
    await assertReplayRefused(await ask(region.brokerAddress(), files, signedQuery));
    await region.stopProcess('broker');
    await region.startProcess('broker');
    await assertReplayRefused(await ask(region.brokerAddress(), files, signedQuery));
  });

  test('with bytes that are no question', async () => {
    const files = clientFiles(region, 'rivertown_pd');
    const query = Buffer.from('not a protobuf message, and not short either');
    const token = await assertion(region.path('run/issuer-rivertown_pd.sock'), 'r-10', query, files.cert);
    const result = await ask(region.brokerAddress(), files, { query, assertion: token });
    assert.equal(result.code, 'INVALID_ARGUMENT', JSON.stringify(result));
    assert.equal(result.reason, 'QUERY_MALFORMED');
  });

  test('with a question above the limit', async () => {
    const files = clientFiles(region, 'rivertown_pd');
    const query = Buffer.alloc(5 << 20, 0x20);
    const token = await assertion(region.path('run/issuer-rivertown_pd.sock'), 'r-10', query, files.cert);
    const result = await ask(region.brokerAddress(), files, { query, assertion: token });
    assert.ok(['RESOURCE_EXHAUSTED', 'INVALID_ARGUMENT'].includes(result.code), JSON.stringify(result));
  });

  test('whose clock is wrong', async () => {
    const files = clientFiles(region, 'rivertown_pd');
    const result = await ask(region.brokerAddress(), files, await signed(files,
      { changes: { asked_at: { seconds: Math.floor(Date.now() / 1000) - 300, nanos: 0 } } }));
    assert.equal(result.reason, 'QUERY_CLOCK', JSON.stringify(result));
  });
});

describe('configuration files', () => {
  let folder;
  before(async () => {
    region = await Region.start(withoutFaces);
    await region.stopProcess('broker');
    await region.stopProcess('river-a');
  });
  after(() => region?.stop());

  // The file with one line replaced; returns what --check-config says.
  async function checkSpoiled(program, file, pattern, replacement) {
    const text = fs.readFileSync(file, 'utf8');
    assert.match(text, pattern);
    folder = path.join(path.dirname(file), 'spoiled.yaml');
    fs.writeFileSync(folder, text.replace(pattern, replacement));
    return command(path.join(bin, program), ['--config', folder, '--check-config']);
  }

  for (const [program, file] of [['broker/broker', 'broker/broker.yaml'],
    ['agency_node/agency_node', 'nodes/river-a/node.yaml']]) {
    test(`${program}: the file as made is good`, async () => {
      const { code, stderr } = await command(path.join(bin, program), ['--config', region.path(file), '--check-config']);
      assert.equal(code, 0, stderr);
    });

    test(`${program}: an unknown key is named with line and column`, async () => {
      const { code, stderr } = await checkSpoiled(program, region.path(file), /^data_dir:/m, 'data_dirr:');
      assert.equal(code, 3, stderr);
      assert.match(stderr, /spoiled\.yaml:\d+:1: error\[C\d+\].*data_dirr/);
      assert.match(stderr, /did you mean 'data_dir'/);
    });

    test(`${program}: a key that stands twice is named with line and column`, async () => {
      const { code, stderr } = await checkSpoiled(program, region.path(file), /^data_dir:.*$/m, 'data_dir: a\ndata_dir: b');
      assert.equal(code, 3, stderr);
      assert.match(stderr, /spoiled\.yaml:\d+:1: error\[[A-Z]\d+\]/);
    });

    test(`${program}: what is not YAML is named with line and column`, async () => {
      const { code, stderr } = await checkSpoiled(program, region.path(file), /^tls:$/m, 'tls: {');
      assert.equal(code, 3, stderr);
      assert.match(stderr, /spoiled\.yaml:\d+:\d+: error/);
    });
  }
});
