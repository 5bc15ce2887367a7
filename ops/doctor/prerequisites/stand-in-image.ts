import { copyCommands } from "../../dr/stand-up/image-commands";
import { done, open, type Prerequisite } from "../prerequisite";

/** `<region>-docker.pkg.dev/<project>/<repository>/<image>@sha256:<digest>` */
const registryProject = /^[a-z0-9-]+-docker\.pkg\.dev\/([^/]+)\//;

/** Prod's registry is a part of prod's Google project, and is lost with it: nothing promotes a release into chisan-dr's by itself. */
export const standInImage: Prerequisite = {
  id: "stand-in-image",
  system: "Disaster recovery",
  title: "Keep the API's image in chisan-dr's own registry",
  why: "section 4.2, procedure C: prod's registry is in prod's Google project; an image that is there alone is lost with it, and chisan-dr would run a sample in the API's place",
  how: `at each release, once chisan-dr's registry is there (npx chisan output chisan-dr imagePrefix --cloud): ${copyCommands("<prod's chisan:apiImage>", "<imagePrefix>", true)}; commit Pulumi.chisan-dr.yaml`,
  read: "`chisan:apiImage` and `chisan:gcpProject` in chisan-dr's configuration",
  stacks: ["chisan-dr"],
  check({ setting }) {
    const [image, project] = [setting("apiImage"), setting("gcpProject")];
    if (typeof image !== "string") return open("not set: chisan:apiImage: chisan-dr would run the image of the bootstrap, which is not CHISAN's");
    const found = registryProject.exec(image)?.[1];
    if (found === project) return done("chisan-dr runs an image of its own project's registry");
    return open(`the image is in the registry of ${found ?? "another vendor"}, chisan-dr's project is ${String(project)}: with that project it is lost`);
  },
};
