import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below what Linux (32768) and macOS (49152) give to outgoing connections: a port that is remembered must not be somebody's by chance at
 * the next start.
 */
const range = { from: 20_000, to: 30_000 };

/** A port of 127.0.0.1 on which nothing listens at the moment. @throws CHI-S206 when a hundred tries found none */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(range.from, range.to);
    if (await isFree(port)) return port;
  }
  throw new Error(`CHI-S206 no free port found between ${range.from} and ${range.to} of 127.0.0.1: end some programs (ss -ltn)`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? resolve(false) : reject(error)));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
