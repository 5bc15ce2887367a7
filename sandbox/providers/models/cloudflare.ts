import { memberFunctions, members } from "./cloudflare/members";
import { r2 } from "./cloudflare/r2";
import { listPermissionGroups, tokens } from "./cloudflare/tokens";
import { workers } from "./cloudflare/workers";
import { zone } from "./cloudflare/zone";
import { cloudflareError } from "./cloudflare/common";
import { text, VendorRefusal, type FunctionSituation, type VendorModel } from "./model";
import type { JsonObject } from "../../world/world";

/** Cloudflare's published ranges, https://www.cloudflare.com/ips/, read 2026-11. */
const ipv4 =
  "173.245.48.0/20 103.21.244.0/22 103.22.200.0/22 103.31.4.0/22 141.101.64.0/18 108.162.192.0/18 190.93.240.0/20 188.114.96.0/20 197.234.240.0/22 198.41.128.0/17 162.158.0.0/15 104.16.0.0/13 104.24.0.0/14 172.64.0.0/13 131.0.72.0/22".split(
    " ",
  );
const ipv6 = "2400:cb00::/32 2606:4700::/32 2803:f800::/32 2405:b500::/32 2405:8100::/32 2a06:98c0::/29 2c0f:f248::/32".split(" ");

function zoneOutputs({ args, world, existing }: FunctionSituation): JsonObject {
  const filter = (args.filter ?? {}) as JsonObject;
  const made = world.list("cloudflare:index/zone:Zone").find(({ outputs }) => outputs.id === args.zoneId || outputs.name === filter.name);
  if (made) return { ...made.outputs, zoneId: made.outputs.id ?? null };
  const seeded = existing.cloudflareZones().find(({ id, name }) => id === args.zoneId || name === filter.name);
  if (!seeded) {
    throw new VendorRefusal(
      `CHI-S111 the sandbox knows no zone ${JSON.stringify(args)}: create it in the program, or name it in the seed's cloudflareZones`,
    );
  }
  return {
    activatedOn: "2026-01-01T00:00:00Z",
    cnameSuffix: "",
    createdOn: "2026-01-01T00:00:00Z",
    developmentMode: 0,
    meta: {},
    modifiedOn: "2026-01-01T00:00:00Z",
    nameServers: [],
    originalDnshost: "",
    originalNameServers: [],
    originalRegistrar: "",
    owner: {},
    paused: false,
    permissions: [],
    plan: {},
    status: "active",
    tenant: {},
    tenantUnit: {},
    type: "full",
    vanityNameServers: [],
    verificationKey: "",
    account: { id: seeded.accountId, name: "" },
    id: seeded.id,
    name: seeded.name,
    zoneId: seeded.id,
  };
}

export const cloudflare: VendorModel = {
  resources: { ...r2, ...workers, ...zone, ...tokens, ...members },
  functions: {
    ...memberFunctions,
    "cloudflare:index/getAccountApiTokenPermissionGroupsList:getAccountApiTokenPermissionGroupsList": ({ args, existing }) => {
      if (args.accountId !== undefined && !existing.hasCloudflareAccount(String(args.accountId)))
        throw cloudflareError(404, 7003, `Could not route to /client/v4/accounts/${String(args.accountId)}`);
      return listPermissionGroups(args);
    },
    "cloudflare:index/getApiTokenPermissionGroupsList:getApiTokenPermissionGroupsList": ({ args }) => listPermissionGroups(args),
    "cloudflare:index/getIpRanges:getIpRanges": () => ({
      id: "ip-ranges",
      etag: "38f79d050aa027e3be3865e495dcc9bc",
      ipv4Cidrs: ipv4,
      ipv6Cidrs: ipv6,
      jdcloudCidrs: [],
    }),
    "cloudflare:index/getZone:getZone": zoneOutputs,
    "cloudflare:index/getR2Bucket:getR2Bucket": ({ args, world }) => {
      const bucket = world
        .list("cloudflare:index/r2Bucket:R2Bucket")
        .find(({ outputs }) => outputs.name === args.bucketName && (args.accountId === undefined || outputs.accountId === args.accountId));
      if (!bucket) throw cloudflareError(404, 10006, "The specified bucket does not exist.");
      return { ...bucket.outputs, bucketName: text(bucket.outputs, "name") };
    },
  },
};
