import type { HandOver } from "../dr/cut-over/hand-over";
import type { Measured } from "../dr/cut-over/measure";
import { proposalInWords, resultInWords } from "./dr-cutover";

const handOver = { handed: [{ name: "dns-api", host: "api.chisan.app", before: "A 198.51.100.7", after: "A 203.0.113.9", todo: "take over" }] } as unknown as HandOver;
const now = new Date("2026-11-22T18:33:00Z");
const verified = { words: "14 checks hold", snapshotAt: "2026-11-22T18:25:00Z" };
const measured = (host: string, arrived: boolean): Measured => ({ host, arrived, status: arrived ? 200 : 530, seconds: 0, words: "" });

test("who is asked for the name knows what users lose, and that prod still serves them", () => {
  const lines = (...prodNow: Measured[]) => proposalInWords({ handOver, oldSide: "writable", verified, prodNow }, now);
  expect(lines(measured("api.chisan.app", true), measured("app.chisan.app", true))).toEqual([
    "chisan-dr: 14 checks hold",
    "What users wrote to the database since 2026-11-23 03:25:00 KST (8 min) will not be there",
    "prod serves users NOW: api.chisan.app and app.chisan.app answer from there; is prod really lost?",
    "prod's database is made read-only first, its sessions are ended",
    "  api.chisan.app: A 198.51.100.7 -> A 203.0.113.9",
    "  chisan:cutOver: true, in prod and in chisan-dr",
  ]);
  expect(lines(measured("api.chisan.app", false), measured("app.chisan.app", true)).slice(2, 4)).toEqual([
    "prod serves users NOW: app.chisan.app answers from there; is prod really lost?",
    "prod does not answer now at api.chisan.app (status 530)",
  ]);
});

test("nothing to do: what a killed run did not say is said all the same", () => {
  const words = (cloud: boolean) => resultInWords({ result: "nothing to do", handOver, fence: undefined, measured: [measured("api.chisan.app", true)], switchedOff: ["cron job nightly"], released: true }, 3, cloud).join("\n");
  expect(words(false)).toMatch(/api\.chisan\.app answers from chisan-dr[^]*Nothing to do: the users are at chisan-dr[^]*cron job nightly[^]*Next: npx chisan up chisan-dr protects/);
  expect(words(true)).toMatch(/Commit Pulumi\.prod\.yaml and Pulumi\.chisan-dr\.yaml now[^]*Next: npx chisan up chisan-dr --cloud/);
});
