import type { askHost } from "../stand-up/ask-host";
import { measureArrival } from "./measure";

const hosts = { app: "app.chisan.app", api: "api.chisan.app" };
const answered = (status: number, stack?: string) => ({ status, words: "", body: stack === undefined ? {} : { stack }, byAddress: false });

function measure(ask: (host: string, path: string) => ReturnType<typeof askHost>, cloud = false, limit = 60_000) {
  const said: string[] = [];
  return { said, done: measureArrival({ hosts, from: "chisan-dr", cloud, say: (text) => said.push(text), limit, ask }) };
}

test("another environment's answer is waited out, for each host by itself", async () => {
  let asked = 0;
  const { said, done } = measure(async (host) => (host === hosts.api || (asked += 1) > 1 ? answered(200, "chisan-dr") : answered(200, "prod")));
  expect((await done).map(({ host, status, arrived }) => [host, status, arrived])).toEqual([[hosts.app, 200, true], [hosts.api, 200, true]]);
  expect(said).toEqual(["waiting for app.chisan.app (status 200)"]);
});

test("nobody, an error's status, or the old side to the end: the host is named, with what it said last", async () => {
  const cases: [() => ReturnType<typeof askHost>, RegExp][] = [
    [() => Promise.reject(new Error("connect ECONNREFUSED")), /^CHI-H105 .* does not answer from chisan-dr after 0 s \(no answer: connect ECONNREFUSED\)/],
    [() => Promise.resolve(answered(525)), /status 525/],
    [() => Promise.resolve(answered(200, "prod")), /status 200/],
    [() => Promise.resolve(answered(503, "chisan-dr")), /status 503/],
  ];
  for (const [ask, words] of cases) await expect(measure(ask, false, -1).done).rejects.toThrow(words);
});

test("in the cloud nobody says who answers: its health is asked, the web app's by its own route", async () => {
  const paths: string[] = [];
  await measure(async (host, path) => (paths.push(`${host}${path}`), answered(200)), true).done;
  expect(paths.sort()).toEqual(["api.chisan.app/health", "app.chisan.app/api/health"]);
});
