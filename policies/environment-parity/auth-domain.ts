import { perEnvironment } from "../../config/parity-manifest";
import { stackNames } from "../../config/naming";
import { signupHookUri } from "../../supabase/auth-hook";
import { resourcePolicy } from "../framework/policy";
import { departures, settingsOf } from "./supabase-settings";

/** The hook asks for the company's domain of whoever signs up; what it does not see, it cannot refuse. */
const companyOnly = {
  hook_before_user_created_enabled: true,
  hook_before_user_created_uri: signupHookUri,
  external_email_enabled: false,
  external_phone_enabled: false,
  external_anonymous_users_enabled: false,
} as const;

/** Development runs Supabase on the developer's machine (supabase/config.toml) and declares none of these resources. */
export const authDomain = resourcePolicy({
  id: "auth-domain",
  title: "Outside development, only Google accounts of the company's domain can sign up",
  severity: "critical",
  section: "1.3",
  why: "whoever has any Google account would be a user of the live system",
  remediation: 'set authDomain to "company only" in stacks/<stack>.ts',
  types: ["supabase:index/settings:Settings"],
  check: ({ props }, report, { stack }) => {
    const known = stackNames.find((name) => name === stack);
    // A stack that is not in the table has real people too.
    if (known !== undefined && perEnvironment[known].authDomain === "any Google") return;
    const auth = settingsOf(props["auth"]);
    if (auth === undefined) report("auth is not set: the vendor's default lets anybody sign up");
    else for (const departure of departures(auth, companyOnly)) report(`auth: ${departure}`);
  },
});
