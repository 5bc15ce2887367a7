import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface QuietServers {
  /** The address of a server that answers as told, for what a stand-in never does. */
  answering(handle: http.RequestListener): Promise<string>;
}

/**
 * For a test file: servers that end with their test, after each of which nothing printed holds the secret.
 *
 * @param stop ends what else the test has running, whose last words are heard too
 */
export function quietServers(secret: string, stop: () => Promise<void>): QuietServers {
  const servers: http.Server[] = [];
  let output: jest.SpyInstance[];
  beforeEach(() => {
    output = [
      ...(["log", "error", "warn", "info"] as const).map((method) => jest.spyOn(console, method)),
      jest.spyOn(process, "emitWarning"),
    ];
  });
  afterEach(async () => {
    await stop();
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
    expect(JSON.stringify(output.flatMap((spy) => spy.mock.calls))).not.toContain(secret);
    jest.restoreAllMocks();
  });
  return {
    async answering(handle) {
      const server = http.createServer(handle);
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
  };
}
