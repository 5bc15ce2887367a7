import { publicDns, type Resolver } from "./public-dns";

function knowing(names: Record<string, string[]>, more: Partial<Resolver> = {}) {
  return publicDns({
    resolveNs: (name) => (names[name] === undefined ? Promise.reject(Object.assign(new Error(), { code: "ENOTFOUND" })) : Promise.resolve(names[name])),
    delegationSigners: () => Promise.resolve({ value: [] }),
    ...more,
  });
}

test("a delegated zone", async () => {
  expect(await knowing({ "chisan.app": ["b.ns.cloudflare.com", "a.ns.cloudflare.com"] }).nameServers("chisan.app")).toEqual({ value: ["a.ns.cloudflare.com", "b.ns.cloudflare.com"] });
});

test("none is believed from a resolver that knows the parent, and from no other", async () => {
  const open = knowing({ app: ["ns.example"] });
  expect([await open.nameServers("chisan.app"), await open.delegationSigners("chisan.app")]).toEqual([{ value: [] }, { value: [] }]);
  const closed = knowing({});
  for (const read of [await closed.nameServers("chisan.app"), await closed.delegationSigners("chisan.app")]) {
    expect(read).toEqual({ unreadable: 'this machine\'s resolver does not know "app" either: it sees no public DNS' });
  }
});

test("a resolver that fails gives no answer", async () => {
  const broken = knowing({}, { resolveNs: () => Promise.reject(Object.assign(new Error("canary"), { code: "ETIMEOUT" })) });
  expect(await broken.nameServers("chisan.app")).toEqual({ unreadable: "the resolver gave no answer (ETIMEOUT)" });
});
