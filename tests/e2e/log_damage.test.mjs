// Outcome 9: one byte of the stored log is changed, and fsck says which entry.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Region, withoutFaces } from './region.mjs';

let region;
before(async () => {
  region = await Region.start(withoutFaces);
  for (let i = 0; i < 3; i++) {
    const { code } = await region.hubctl('rivertown_pd', 'hotlist', 'check', `AA${i}`, '--state', 'CO', '--purpose',
      'D-felony', '--warrant', 'W-9', '--reason', 'car seen leaving burgled farm');
    assert.equal(code, 0);
  }
});
after(() => region?.stop());

// A copy of the log whose newest bundle has one bit flipped inside entry `index`; returns the folder.
function spoiledCopy(index) {
  const folder = region.path(`log-${index}`);
  fs.cpSync(region.path('broker/data/log'), folder, { recursive: true });
  const bundles = path.join(folder, 'tile/entries/000.p');
  const file = path.join(bundles, fs.readdirSync(bundles).sort((a, b) => a - b).at(-1));
  const bytes = fs.readFileSync(file);
  let at = 0;
  for (let entry = 0; entry < index; entry++) at += 2 + bytes.readUInt16BE(at);
  bytes[at + 2 + Math.floor(bytes.readUInt16BE(at) / 2)] ^= 0x10;
  fs.chmodSync(file, 0o600);
  fs.writeFileSync(file, bytes);
  return folder;
}

test('the log as it is holds, by hubctl and by this file\'s own reading', async () => {
  const { code, json } = await region.hubctl('rivertown_pd', 'audit', 'fsck', region.path('broker/data/log'));
  assert.equal(code, 0, JSON.stringify(json));
  assert.equal(json.size, region.log().length);
});

test('whichever entry is changed, exactly that one is named', async () => {
  const size = region.log().length;
  for (const index of [0, Math.floor(size / 2), size - 1]) {
    const { code, json } = await region.hubctl('rivertown_pd', 'audit', 'fsck', spoiledCopy(index));
    assert.equal(code, 20);
    const named = json.findings.filter((finding) => finding.kind === 'entry').map((finding) => finding.index);
    assert.deepEqual([...new Set(named)], [index], JSON.stringify(json));
  }
});

test('a checkpoint of another key is no checkpoint', async () => {
  const other = `${region.clientSetting('rivertown_pd', 'verifier_key').split('+')[0]}+00000000+AQ==`;
  const { code } = await region.hubctl('rivertown_pd', 'audit', 'fsck', region.path('broker/data/log'), '--key', other);
  assert.notEqual(code, 0);
});
