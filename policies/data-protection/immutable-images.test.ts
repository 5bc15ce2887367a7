import { policyCases } from "../least-privilege/testing/mutations";
import { immutableImages } from "./immutable-images";

policyCases(immutableImages, {
  compliant: [
    {
      type: "gcp:artifactregistry/repository:Repository",
      name: "images",
      inputs: { format: "DOCKER", dockerConfig: { immutableTags: true } },
    },
  ],
  refused: [
    ["images", "dockerConfig.immutableTags", false, "dockerConfig.immutableTags is false; allowed: true"],
    ["images", "dockerConfig", undefined, "dockerConfig.immutableTags is nothing"],
  ],
  allowed: [["images", "format", "NPM"]],
  undecided: [["images", "dockerConfig"]],
});
