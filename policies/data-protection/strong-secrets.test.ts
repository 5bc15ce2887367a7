import { policyCases } from "../least-privilege/testing/mutations";
import { strongSecrets } from "./strong-secrets";

policyCases(strongSecrets, {
  compliant: [
    { type: "random:index/randomPassword:RandomPassword", name: "password", inputs: { length: 32, special: false } },
    { type: "random:index/randomBytes:RandomBytes", name: "bytes", inputs: { length: 32 } },
    { type: "supabase:index/project:Project", name: "database", inputs: { databasePassword: "x".repeat(32) } },
  ],
  refused: [
    ["password", "length", 31, "password: length is 31; allowed: 32 or more"],
    ["password", "length", undefined, "length is nothing"],
    ["bytes", "length", 16, "bytes: length is 16"],
    ["database", "databasePassword", "x".repeat(31), "databasePassword has 31 characters; allowed: 32 or more"],
    ["database", "databasePassword", undefined, "databasePassword has 0 characters"],
  ],
  allowed: [["password", "length", 64]],
  undecided: [
    ["password", "length"],
    ["bytes", "length"],
    ["database", "databasePassword"],
  ],
});

describe("digits alone", () => {
  policyCases(strongSecrets, {
    compliant: [
      {
        type: "random:index/randomPassword:RandomPassword",
        name: "digits",
        inputs: { length: 48, special: false, lower: false, upper: false },
      },
    ],
    refused: [["digits", "length", 32, "the secret has 10 possible characters, so 106 bits; allowed: 128 bits or more"]],
  });
});
