import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { getServers } from "node:dns";
import { isIP } from "node:net";
import type { DelegationSigner, Read } from "./facts";

/** Type numbers of DNS (IANA's registry). Node's resolver knows no DS. */
const typeDs = 43;
const classInternet = 1;
const headerLength = 12;
const waitMilliseconds = 3000;

/** A query for the DS records of a name, with recursion. */
export function dsQuery(id: number, name: string): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x0100, 2); // recursion desired
  header.writeUInt16BE(1, 4); // one question
  const labels = name.replace(/\.$/, "").split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, "ascii")]));
  const end = Buffer.alloc(5);
  end.writeUInt16BE(typeDs, 1);
  end.writeUInt16BE(classInternet, 3);
  return Buffer.concat([header, ...labels, end]);
}

/**
 * The DS records of an answer.
 *
 * @throws RangeError for a message that is cut off, Error for one that is no answer to the query or a refusal
 */
export function dsRecords(id: number, message: Buffer): DelegationSigner[] {
  const flags = message.readUInt16BE(2);
  const code = flags & 0x000f;
  if (message.readUInt16BE(0) !== id || (flags & 0x8000) === 0) throw new Error("no answer to the query");
  // 3: the name does not exist, and so has no record.
  if (code !== 0 && code !== 3) throw new Error(`the resolver answers with the code ${code}`);
  if ((flags & 0x0200) !== 0) throw new Error("the answer does not fit into a datagram");
  let at = headerLength;
  for (let left = message.readUInt16BE(4); left > 0; left--) at = afterName(message, at) + 4;
  const found: DelegationSigner[] = [];
  for (let left = message.readUInt16BE(6); left > 0; left--) {
    at = afterName(message, at);
    const type = message.readUInt16BE(at);
    const length = message.readUInt16BE(at + 8);
    const data = at + 10;
    if (data + length > message.length) throw new RangeError("the answer is cut off");
    if (type === typeDs) found.push({ keyTag: message.readUInt16BE(data), digest: message.subarray(data + 4, data + length).toString("hex").toUpperCase() });
    at = data + length;
  }
  return found;
}

/** Behind a name: labels up to an empty one, or a pointer to labels elsewhere. */
function afterName(message: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const length = message.readUInt8(at);
    if (length === 0) return at + 1;
    if ((length & 0xc0) === 0xc0) return at + 2;
    at += length + 1;
  }
}

/** Asks a resolver for the DS records of a zone, over UDP. */
export function delegationSigners(zone: string, servers: readonly string[] = getServers()): Promise<Read<DelegationSigner[]>> {
  const [server] = servers;
  if (server === undefined) return Promise.resolve({ unreadable: "this machine has no DNS resolver" });
  const [, address = server, port = "53"] = /^\[?([^\]]+?)\]?(?::(\d+))?$/.exec(isIP(server) === 6 ? `[${server}]` : server) ?? [];
  const id = randomInt(0x10000);
  const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4");
  return new Promise((resolve) => {
    const finish = (read: Read<DelegationSigner[]>) => {
      clearTimeout(timer);
      socket.close();
      resolve(read);
    };
    const timer = setTimeout(() => finish({ unreadable: `the resolver gave no answer within ${waitMilliseconds / 1000} s: dig DS ${zone}` }), waitMilliseconds);
    socket.once("error", (error: NodeJS.ErrnoException) => finish({ unreadable: `the resolver cannot be asked (${error.code ?? error.name}): dig DS ${zone}` }));
    socket.once("message", (message) => {
      try {
        finish({ value: dsRecords(id, message) });
      } catch (error) {
        finish({ unreadable: `${(error as Error).message}: dig DS ${zone}` });
      }
    });
    socket.send(dsQuery(id, zone), Number(port), address);
  });
}
