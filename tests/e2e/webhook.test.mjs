// Bad bodies at a node's camera door: each gets a clear answer, and the next good read is stored.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { groupOf, post } from './camera.mjs';
import { Region, withoutFaces } from './region.mjs';

let region;
before(async () => { region = await Region.start(withoutFaces); });
after(() => region?.stop());
afterEach(async () => {
  const { body } = await post(region, 'river-a', await groupOf(region, 'GUD123'));
  assert.equal(body.status, 'stored');
});

test('garbage', async () => {
  const { status, body } = await post(region, 'river-a', '{"data_type": ');
  assert.equal(status, 400);
  assert.equal(body.error, 'not_json');
});

test('50 MB', async () => {
  // The node answers before it has read all of it; the client may see the reset instead of the answer.
  const result = await post(region, 'river-a', new Uint8Array(50 << 20)).catch((error) => ({ error }));
  assert.ok(result.status === 413 || result.error, JSON.stringify(result));
});

test('another vendor\'s message', async () => {
  const { status, body } = await post(region, 'river-a', {
    hook: { id: 'cam-7', event: 'recognition' },
    data: { camera_id: 'cam-7', timestamp: '2026-01-01T00:00:00Z', results: [{ plate: 'tst0a01', score: 0.91 }] },
  });
  assert.equal(status, 422);
  assert.equal(body.error, 'other_vendor');
});

test('without the token', async () => {
  const { status, body } = await post(region, 'river-a', await groupOf(region, 'NOT111'), { authorization: 'Bearer wrong' });
  assert.equal(status, 401);
  assert.equal(body.error, 'unauthorized');
});

test('a camera that is not registered', async () => {
  const { status, body } = await post(region, 'river-a', await groupOf(region, 'NOT111', { camera_id: 99 }));
  assert.equal(status, 422);
  assert.equal(body.error, 'unknown_reader');
});

test('the same read twice is stored once', async () => {
  const group = await groupOf(region, 'TWO222');
  assert.equal((await post(region, 'river-a', group)).body.status, 'stored');
  assert.equal((await post(region, 'river-a', group)).body.status, 'duplicate');
});
