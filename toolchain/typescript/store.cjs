const { readFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { dirname } = require("node:path");
const { crc32 } = require("node:zlib");

/**
 * A cache in one file: for each name, the hash of what it was made from and the bytes that were made.
 *
 * It never fails and never lies: an entry is used only when the hash and its own checksum agree, a file that cannot be read is as
 * good as none, and one that cannot be written is left as it was. Whoever asks must be able to make the bytes anew.
 *
 * Layout: length of the index (4 bytes, little endian), the index as JSON (`{name: [hash, offset, length, checksum]}`), the bytes.
 */
class Store {
  #path;
  #stored;
  #fresh = new Map();

  constructor(path) {
    this.#path = path;
    this.#stored = read(path);
  }

  /** The bytes made for `name` from what has this hash, or undefined. */
  get(name, hash) {
    return entry(this.#stored, name, hash);
  }

  set(name, hash, bytes) {
    this.#fresh.set(name, { hash, bytes });
  }

  get isChanged() {
    return this.#fresh.size > 0;
  }

  /** Adds what is new to what another process may have written meanwhile. A reader sees the old file or the new one, never half. */
  save() {
    if (!this.isChanged) return;
    const draft = `${this.#path}.${process.pid}`;
    // A full disk or a read-only clone costs time at the next start, and nothing else.
    if (!worked(() => mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 }))) return;
    const written = worked(() => {
      writeFileSync(draft, serialized(read(this.#path), this.#fresh), { mode: 0o600 });
      renameSync(draft, this.#path);
    });
    if (!written) worked(() => rmSync(draft, { force: true }));
    this.#fresh.clear();
  }
}

function worked(action) {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

function read(path) {
  try {
    const file = readFileSync(path);
    const start = 4 + file.readUInt32LE(0);
    return { index: new Map(Object.entries(JSON.parse(file.toString("utf8", 4, start)))), bytes: file.subarray(start) };
  } catch {
    return { index: new Map(), bytes: Buffer.alloc(0) };
  }
}

function entry({ index, bytes }, name, hash) {
  const found = index.get(name);
  if (!Array.isArray(found) || found[0] !== hash) return undefined;
  const [, offset, length, checksum] = found;
  const slice = bytes.subarray(offset, offset + length);
  return slice.length === length && crc32(slice) === checksum ? slice : undefined;
}

function serialized(old, fresh) {
  const parts = [];
  const index = {};
  let offset = 0;
  const add = (name, hash, bytes) => {
    index[name] = [hash, offset, bytes.length, crc32(bytes)];
    parts.push(bytes);
    offset += bytes.length;
  };
  for (const [name, [hash]] of old.index) {
    const bytes = fresh.has(name) || !existsSync(name) ? undefined : entry(old, name, hash);
    if (bytes !== undefined) add(name, hash, bytes);
  }
  for (const [name, { hash, bytes }] of fresh) add(name, hash, bytes);
  const head = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...parts]);
}

module.exports = { Store };
