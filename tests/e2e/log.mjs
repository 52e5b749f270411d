// Reads the hub's log from its folder alone, written from docs/audit_entries.md and the C2SP documents and sharing no
// code with the hub: checkpoint, entry bundles, leaves, and the root over them.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const types = [
  undefined, 'INTENT', 'RELEASE', 'REFUSE', 'HOLD', 'TIMEOUT', 'CLOSE', 'AUTHORISATION', 'DENIAL', 'REFUSAL_SUMMARY',
  'HOTLIST_SHARE',
];
const noReference = 0xffffffffffffffffn;

const sha256 = (...parts) => {
  const hash = crypto.createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// One leaf (docs/audit_entries.md).
export function parseLeaf(leaf) {
  let at = 0;
  const raw = (size) => {
    assert.ok(at + size <= leaf.length, 'leaf is cut off');
    at += size;
    return leaf.subarray(at - size, at);
  };
  const number = (size) => BigInt(`0x${raw(size).toString('hex')}`);
  const digest = () => raw(32).toString('hex');
  const text = () => raw(Number(number(1))).toString('utf8');
  assert.equal(number(1), 1n, 'version');
  const entry = { type: types[Number(number(1))], entry_id: raw(16).toString('hex'), query_id: raw(16).toString('hex') };
  assert.ok(entry.type, 'unknown type');
  const reference = number(8);
  entry.reference = reference === noReference ? null : Number(reference);
  entry.time = new Date(Number(number(4)) * 3600_000);
  entry.expires_hour = Number(number(4));
  entry.count = Number(number(4));
  for (const name of ['policy_digest', 'query_commitment', 'answer_commitment', 'released_commitment', 'fields_root',
    'ct_digest']) entry[name] = digest();
  entry.ct_size = Number(number(4));
  for (const name of ['purpose', 'data', 'action', 'outcome', 'clause']) entry[name] = text();
  entry.owners = Array.from({ length: Number(number(1)) }, text);
  assert.equal(at, leaf.length, 'leaf is longer than it says');
  return entry;
}

// RFC 6962, section 2.1.
export function merkleRoot(leaves) {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return sha256(Buffer.from([0]), leaves[0]);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.from([1]), merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)));
}

// "tile/entries/x001/234", and ".p/17" for a bundle that is not full.
function bundlePath(index, width) {
  const digits = String(index).padStart(Math.ceil(String(index).length / 3) * 3, '0').match(/.{3}/g);
  const name = digits.map((part, i) => (i < digits.length - 1 ? `x${part}` : part)).join('/');
  return `tile/entries/${name}${width === 256 ? '' : `.p/${width}`}`;
}

function readBundle(folder, index, width) {
  let bytes;
  try {
    bytes = fs.readFileSync(path.join(folder, bundlePath(index, width)));
  } catch (error) {
    // A reader may find the full bundle in the place of the partial one.
    if (error.code !== 'ENOENT' || width === 256) throw error;
    bytes = fs.readFileSync(path.join(folder, bundlePath(index, 256)));
  }
  const leaves = [];
  for (let at = 0; at < bytes.length && leaves.length < width;) {
    const size = bytes.readUInt16BE(at);
    leaves.push(bytes.subarray(at + 2, at + 2 + size));
    at += 2 + size;
  }
  assert.equal(leaves.length, width, 'entries in bundle');
  return leaves;
}

// Checks the checkpoint's signature by the verifier key "<name>+<id>+<base64>" and returns {size, root}.
export function openCheckpoint(note, verifierKey) {
  const [name, id, key] = verifierKey.split(/\+(.{8})\+/);
  const keyBytes = Buffer.from(key, 'base64');
  assert.equal(keyBytes[0], 1, 'Ed25519 verifier key');
  const end = note.indexOf('\n\n');
  const body = note.subarray(0, end + 1);
  const lines = note.subarray(end + 2).toString('utf8').trimEnd().split('\n');
  const ours = lines.map((line) => /^— (\S+) (\S+)$/.exec(line)).filter((match) => match && match[1] === name)
    .map((match) => Buffer.from(match[2], 'base64')).find((bytes) => bytes.subarray(0, 4).toString('hex') === id);
  assert.ok(ours, 'the log key signed the checkpoint');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), keyBytes.subarray(1)]);
  const publicKey = crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' });
  assert.ok(crypto.verify(null, body, publicKey, ours.subarray(4)), 'the signature holds');
  const [origin, size, root] = body.toString('utf8').split('\n');
  assert.equal(origin, name, 'origin');
  return { size: Number(size), root: Buffer.from(root, 'base64') };
}

// All entries that the checkpoint covers, with their index; asserts that they hash to its root.
export function readLog(folder, verifierKey) {
  const { size, root } = openCheckpoint(fs.readFileSync(path.join(folder, 'checkpoint')), verifierKey);
  const leaves = [];
  for (let index = 0; index * 256 < size; index++) leaves.push(...readBundle(folder, index, Math.min(256, size - index * 256)));
  assert.deepEqual(merkleRoot(leaves), root, 'the entries hash to the checkpoint\'s root');
  return leaves.map((leaf, index) => ({ index, leaf, ...parseLeaf(leaf) }));
}
