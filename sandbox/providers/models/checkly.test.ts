import type { JsonObject } from "../../world/world";
import { record, situation } from "../testing/situation";
import { RunningServers } from "../testing/running-servers";
import { channelType, checkly, checklyLocations, checkType, groupType } from "./checkly";

const records = [record(channelType, "1001", { id: "1001" }), record(groupType, "2001", { id: "2001" })];
const validate = (token: string, inputs: JsonObject): void => checkly.resources[token]!.validate!(situation(inputs, { records }));

const taken: { [token: string]: JsonObject } = {
  [channelType]: { email: { address: "on-call@chisanpaper.com" } },
  [groupType]: { name: "g", locations: ["ap-northeast-2"], alertChannelSubscriptions: [{ channelId: 1001, activated: true }] },
  [checkType]: {
    name: "c",
    type: "API",
    groupId: 2001,
    degradedResponseTime: 500,
    maxResponseTime: 2000,
    request: { url: "https://api.chisan.app/health", assertions: [{ source: "STATUS_CODE", comparison: "EQUALS", target: "200" }] },
    alertSettings: {
      escalationType: "TIME_BASED",
      runBasedEscalations: [{ failedRunThreshold: 5 }],
      timeBasedEscalations: [{ minutesFailingThreshold: 30 }],
      reminders: [{ amount: 100_000, interval: 15 }],
    },
  },
};

test.each(Object.entries(taken))("%s takes what is right", (token, inputs) => {
  expect(() => validate(token, inputs)).not.toThrow();
});

test.each<[string, JsonObject, RegExp]>([
  [channelType, { email: { address: "on call" } }, /config\.address.*valid email/],
  [channelType, { email: {}, sms: { name: "n", number: "010-1234-5678" } }, /address is required/],
  [channelType, { webhook: { name: "n", url: "slack.com" } }, /config\.url.*valid uri/],
  [groupType, { locations: ["ap-northeast-2", "seoul"] }, /locations.*one of \[us-east-1.*got \\?"seoul/],
  [groupType, { alertChannelSubscriptions: [{ channelId: 9, activated: true }] }, /alert channel 9, which does not exist/],
  [checkType, { type: "PING" }, /checkType.*API, BROWSER/],
  [checkType, { groupId: 9 }, /check group 9, which does not exist/],
  [checkType, { degradedResponseTime: 2001 }, /at most maxResponseTime 2000, got 2001/],
  [checkType, { request: { url: "api.chisan.app/health" } }, /request\.url.*valid uri/],
  [checkType, { request: { url: "https://a.b/", method: "FETCH" } }, /request\.method/],
  [checkType, { request: { url: "https://a.b/", assertions: [{ source: "BODY", comparison: "EQUALS" }] } }, /assertions\.source/],
  [checkType, { request: { url: "https://a.b/", assertions: [{ source: "HEADERS", comparison: "IS" }] } }, /assertions\.comparison/],
  [checkType, { alertSettings: { escalationType: "NEVER" } }, /RUN_BASED, TIME_BASED/],
  [checkType, { alertSettings: { runBasedEscalations: [{ failedRunThreshold: 6 }] } }, /failedRunThreshold/],
  [checkType, { alertSettings: { timeBasedEscalations: [{ minutesFailingThreshold: 7 }] } }, /minutesFailingThreshold/],
  [checkType, { alertSettings: { reminders: [{ amount: 6, interval: 5 }] } }, /reminders\.amount/],
  [checkType, { alertSettings: { reminders: [{ amount: 1, interval: 60 }] } }, /reminders\.interval/],
  [checkType, { type: "BROWSER", script: "" }, /script.*not allowed to be empty/],
])("%s refuses %j", (token, change, words) => {
  expect(() => validate(token, { ...taken[token], ...change })).toThrow(words);
});

test("an API check without a request is refused", () => {
  const { request: _request, ...inputs } = taken[checkType]!;
  expect(() => validate(checkType, inputs)).toThrow(/"request\\" is required/);
});

test("the locations are 22, each once", () => {
  expect(new Set(checklyLocations).size).toBe(22);
});

describe("deleting", () => {
  let running: RunningServers;
  beforeEach(async () => {
    running = await RunningServers.start({ packages: ["checkly"] });
  });
  afterEach(() => running.stop());

  test("a group leaves its checks, a channel leaves the groups and checks that it was told of", async () => {
    const engine = running.engine("checkly");
    const channel = await engine.create(channelType, "mail", { email: { address: "on-call@chisanpaper.com" } });
    const kept = await engine.create(channelType, "kept", { email: { address: "kept@chisanpaper.com" } });
    const subscription = ({ id }: { id: string }): object => ({ channelId: Number(id), activated: true });
    const alertChannelSubscriptions = [subscription(channel), subscription(kept)];
    const group = await engine.create(groupType, "g", { name: "g", activated: true, concurrency: 1, locations: ["ap-northeast-2"], alertChannelSubscriptions });
    const api = { name: "c", type: "API", activated: true, frequency: 1, request: { url: "https://a.b/" } };
    const check = await engine.create(checkType, "c", { ...api, groupId: Number(group.id) });
    const lonely = await engine.create(checkType, "l", { ...api, alertChannelSubscriptions });

    await engine.delete(channel);
    for (const resource of [group, lonely]) {
      expect((await engine.refresh(resource))!.outputs.alertChannelSubscriptions).toEqual([subscription(kept)]);
      expect((await engine.refresh(resource))!.inputs.alertChannelSubscriptions).toEqual([subscription(kept)]);
    }
    await engine.delete(group);
    const left = (await engine.refresh(check))!;
    expect([left.inputs, left.outputs].map((values) => values.groupId)).toEqual([undefined, undefined]);
    expect(left.outputs.name).toBe("c");
  });

  test("a name is the engine's where the program gives none", async () => {
    const engine = running.engine("checkly");
    const { outputs, inputs } = await engine.create(groupType, "edge", { activated: true, concurrency: 1, locations: ["ap-northeast-2"] });
    expect(outputs.name).toMatch(/^edge-[0-9a-f]{7}$/);
    expect(inputs.name).toBe(outputs.name);
  });
});
