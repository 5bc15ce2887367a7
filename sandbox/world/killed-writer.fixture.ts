/** Run by world.test.ts in a process of its own: writes without end and prints `<id> <version>` for each acknowledged change. */
import { openWorld } from "./open-world";

async function main(directory: string, round: number): Promise<void> {
  const world = await openWorld(directory);
  for (let version = round * 1_000_000; ; version++) {
    await Promise.all(
      ["a", "b", "c"].map(async (id) => {
        const note = String(version);
        // Long enough that a line takes more than one page to write.
        const inputs = { note, filling: "x".repeat(9000) };
        await world.put({ type: "cloudflare:index/r2Bucket:R2Bucket", id, urns: [], inputs, outputs: {}, secretPaths: [] });
        process.stdout.write(`${id} ${note}\n`);
      }),
    );
  }
}

main(process.argv[2]!, Number(process.argv[3])).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
