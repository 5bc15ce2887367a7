import { differFrom } from "../config/environment-specification";
import { prod } from "./prod";

/** What takes prod's place after its complete loss (section 4.2, procedure C): prod's shape and size, elsewhere. */
export const chisanDr = differFrom(
  prod,
  { stack: "chisan-dr", purpose: "Takes over from prod after a complete loss" },
  {
    dnsRecords: { value: "none until cut-over", because: "app and api point to prod until the DR engineer moves them" },
    ownsZoneSettings: { value: false, because: "there is one zone for all environments; prod owns its settings" },
    ownsAccounts: { value: false, because: "the vendors' accounts are common to all environments; prod owns who is in them" },
    gcpRegion: { value: "asia-northeast1", because: "another region than prod's, which may be what was lost" },
    gcpBackupRegion: { value: "asia-northeast2", because: "a backup region other than its own first one" },
    databaseRegion: { value: "ap-northeast-1", because: "another region than prod's, which may be what was lost" },
    sampleData: { value: "restored", because: "its data are the last good backup of prod" },
    protectData: { value: false, because: "a drill ends by destroying it; a cut-over protects it (docs/runbooks/procedure-c.md)" },
  },
);
