import type { SchemaPackage } from "../schema";
import { checkly } from "./checkly";
import { cloudflare } from "./cloudflare";
import { gcp } from "./gcp";
import type { ResourceModel, VendorModel } from "./model";
import { random } from "./random";
import { sentry } from "./sentry";
import { supabase } from "./supabase";
import { vercel } from "./vercel";

/** What is modelled, per package. A package without an entry passes Check and Diff, and every Create in it is refused. */
export const vendors: { [packageName in SchemaPackage]?: VendorModel } = { gcp, cloudflare, random, vercel, supabase, checkly, sentry };

/** The package is the first part of a type token. */
export function modelOf(token: string): ResourceModel | undefined {
  return vendors[token.split(":")[0] as SchemaPackage]?.resources[token];
}
