import { report } from "./output/report";
import { chisanProgram } from "./program";

chisanProgram().parseAsync().catch(report);
