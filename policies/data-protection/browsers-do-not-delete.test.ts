import { policyCases } from "../least-privilege/testing/mutations";
import { browsersDoNotDelete } from "./browsers-do-not-delete";

policyCases(browsersDoNotDelete, {
  compliant: [{ type: "cloudflare:index/r2BucketCors:R2BucketCors", name: "cors", inputs: { rules: [{ allowed: { methods: ["GET", "HEAD"] } }] } }],
  refused: [
    ["cors", "rules[0].allowed.methods", ["GET", "DELETE"], 'a rule allows pages the method "DELETE"; allowed: GET, HEAD'],
    ["cors", "rules[0].allowed.methods", ["PUT"], '"PUT"'],
    ["cors", "rules[0].allowed.methods", ["*"], '"*"'],
  ],
  allowed: [["cors", "rules", []]],
  undecided: [["cors", "rules[0].allowed.methods"]],
});
