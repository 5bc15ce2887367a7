import { createHash } from "node:crypto";
import type { JsonObject } from "../../../world/world";
import { alphanumeric, randomHex, randomText } from "../ids";
import { defaults, kept, text, type ResourceModel, type Situation } from "../model";
import { cloudflareError, requireAccount } from "./common";
import { permissionGroups } from "./permission-groups";
import { validateTokenPolicy } from "./token-resources";

interface Policy {
  effect?: string;
  resources?: string;
  permissionGroups?: Array<{ id?: string }>;
}

function validatePolicies(situation: Situation): void {
  const policies = situation.inputs.policies as Policy[];
  if (policies.length === 0) throw cloudflareError(400, 1001, "a token needs at least one policy");
  for (const { effect, resources = "", permissionGroups: groups = [] } of policies) {
    if (effect !== "allow" && effect !== "deny")
      throw cloudflareError(400, 1001, `policy effect must be allow or deny, got ${JSON.stringify(effect)}`);
    if (groups.length === 0) throw cloudflareError(400, 1001, "a policy needs at least one permission group");
    validateTokenPolicy(
      situation,
      resources,
      groups.map(({ id = "" }) => id),
    );
  }
}

function validateExpiry({ inputs: { expiresOn, notBefore }, now }: Situation): void {
  if (typeof expiresOn === "string" && Date.parse(expiresOn) <= Date.parse(now))
    throw cloudflareError(400, 1001, `expires_on must be in the future, got ${expiresOn}`);
  if (typeof expiresOn === "string" && typeof notBefore === "string" && Date.parse(expiresOn) <= Date.parse(notBefore))
    throw cloudflareError(400, 1001, `expires_on (${expiresOn}) must be after not_before (${notBefore})`);
}

function token(accountOwned: boolean): ResourceModel {
  return {
    validate: (situation) => {
      if (accountOwned) requireAccount(situation);
      if (text(situation.inputs, "name").length > 120) throw cloudflareError(400, 1001, "a token's name has at most 120 characters");
      validatePolicies(situation);
      if (!situation.previous || situation.previous.outputs.expiresOn !== situation.inputs.expiresOn) validateExpiry(situation);
    },
    id: (situation) => kept(situation, "id", () => randomHex(32)) as string,
    computed: (situation) => ({
      issuedOn: kept(situation, "issuedOn", () => situation.now),
      lastUsedOn: kept(situation, "lastUsedOn", () => ""),
      modifiedOn: situation.now,
      // 40 characters, as the vendor's are; the S3 secret derived from it is its SHA-256
      value: kept(situation, "value", () => randomText(alphanumeric, 40)),
      ...defaults(situation.inputs, { status: "active" }),
    }),
    changesOnUpdate: ["modifiedOn"],
    ...(accountOwned ? { importIds: (outputs: JsonObject) => [`${text(outputs, "accountId")}/${String(outputs.id)}`] } : {}),
  };
}

/**
 * The S3 credential that R2 derives from a token: the access key ID is the token's ID, the secret its value's SHA-256
 * (https://developers.cloudflare.com/r2/api/tokens/).
 */
export function s3Credential(tokenId: string, tokenValue: string): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId: tokenId, secretAccessKey: createHash("sha256").update(tokenValue).digest("hex") };
}

export const tokens: { [token: string]: ResourceModel } = {
  "cloudflare:index/accountToken:AccountToken": token(true),
  "cloudflare:index/apiToken:ApiToken": token(false),
};

/** The permission groups that match a name and a scope, as both list functions return them. */
export function listPermissionGroups(args: JsonObject): JsonObject {
  const results = permissionGroups
    .filter((group) => args.name === undefined || group.name === decodeURIComponent(String(args.name)))
    .filter((group) => args.scope === undefined || group.scopes.includes(decodeURIComponent(String(args.scope))));
  const most = typeof args.maxItems === "number" ? args.maxItems : 1000;
  return { ...args, id: "permission-groups", results: results.slice(0, most) };
}
