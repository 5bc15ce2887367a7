import type { Prerequisite } from "../prerequisite";
import { cloudflare } from "./cloudflare";
import { github } from "./github";
import { google } from "./google";
import { checkly, monitoring, sentry } from "./monitoring";
import { operations } from "./operations";
import { people } from "./people";
import { recovery } from "./recovery";
import { standInImage } from "./stand-in-image";
import { state } from "./state";
import { supabase } from "./supabase";
import { vercel } from "./vercel";

/** All that no API or provider can do, people first, then in the order in which it is needed. */
export const prerequisites: readonly Prerequisite[] = [...people, ...state, ...google, ...operations, ...recovery, standInImage, ...cloudflare, ...supabase, ...github, ...vercel, ...monitoring, ...sentry, ...checkly];
