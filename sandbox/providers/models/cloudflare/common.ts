import type { JsonObject } from "../../../world/world";
import { text, VendorRefusal, type Reference, type Situation } from "../model";

/** A refusal in the form the Cloudflare provider passes on. */
export function cloudflareError(status: number, code: number, message: string): VendorRefusal {
  const title = { 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 409: "Conflict" }[status] ?? "Error";
  return new VendorRefusal(
    `failed to make http request: ${status} ${title} {"success":false,"errors":[{"code":${code},"message":${JSON.stringify(message)}}]}`,
  );
}

export function requireAccount(situation: Situation): void {
  const account = situation.inputs.accountId;
  if (typeof account !== "string" || !situation.existing.hasCloudflareAccount(account)) {
    throw cloudflareError(
      404,
      7003,
      `Could not route to /client/v4/accounts/${String(account ?? "")}, perhaps your object identifier is invalid?`,
    );
  }
}

/** The zone's name when it is known (created by a program or named in the seed). */
export function requireZone(situation: Situation): string | undefined {
  const zone = situation.inputs.zoneId;
  const made = typeof zone === "string" ? situation.world.get("cloudflare:index/zone:Zone", zone) : undefined;
  if (made) return text(made.outputs, "name");
  if (typeof zone !== "string" || !situation.existing.hasCloudflareZone(zone)) {
    throw cloudflareError(
      404,
      7003,
      `Could not route to /client/v4/zones/${String(zone ?? "")}, perhaps your object identifier is invalid?`,
    );
  }
  return situation.existing.cloudflareZone(zone)?.name;
}

/** R2 buckets are unique within account and jurisdiction. */
export function bucketIdentity(properties: JsonObject, name = "bucketName"): string {
  return `${String(properties.accountId ?? "")}/${String(properties.jurisdiction ?? "default")}/${text(properties, name)}`;
}

export function toBucket(onDelete: Reference["onDelete"]): Reference {
  return {
    property: "bucketName",
    type: "cloudflare:index/r2Bucket:R2Bucket",
    identity: (_value, inputs) => bucketIdentity(inputs),
    missing: () => cloudflareError(404, 10006, "The specified bucket does not exist.").message,
    onDelete,
  };
}

export function toScript(property: string, onDelete: Reference["onDelete"] = "cascade"): Reference {
  return {
    property,
    type: "cloudflare:index/workersScript:WorkersScript",
    identity: (value, inputs) => `${String(inputs.accountId ?? "")}/${value}`,
    missing: () => cloudflareError(404, 10007, "This Worker does not exist on your account.").message,
    onDelete,
  };
}

export const jurisdiction = (inputs: JsonObject): JsonObject => (inputs.jurisdiction === undefined ? { jurisdiction: "default" } : {});
