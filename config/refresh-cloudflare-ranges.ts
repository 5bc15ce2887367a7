/** Brings config/cloudflare-published-ranges.json up to date. Run: npm run refresh:cloudflare-ranges; then preview and apply as any change. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cloudflareRanges, cloudflareRangesApi, rangeChanges, rangesFromAnswer } from "./cloudflare-ranges";

async function refresh(): Promise<void> {
  const response = await fetch(cloudflareRangesApi, { signal: AbortSignal.timeout(30_000) }).catch((error: Error) => {
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Error(`CHI-K012 ${cloudflareRangesApi} cannot be reached (${reason}): try again with a network; the list stays as it is`);
  });
  if (!response.ok) throw new Error(`CHI-K012 ${cloudflareRangesApi} answered ${response.status}: try again later; the list stays as it is`);
  const fresh = rangesFromAnswer(await response.json(), new Date().toISOString().slice(0, 10));
  writeFileSync(join(__dirname, "cloudflare-published-ranges.json"), `${JSON.stringify(fresh, null, 2)}\n`);
  const changes = rangeChanges(cloudflareRanges, fresh);
  console.log(changes.length === 0 ? `Cloudflare's ranges are those of ${cloudflareRanges.asOf}` : changes.join("\n"));
}

refresh().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
