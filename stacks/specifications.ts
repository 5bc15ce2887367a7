import type { EnvironmentSpecification } from "../config/environment-specification";
import type { StackName } from "../config/naming";
import { chisanDr } from "./chisan-dr";
import { dev } from "./dev";
import { prod } from "./prod";
import { staging } from "./staging";

/** Every environment, by the name of its stack. */
export const specifications: Readonly<Record<StackName, EnvironmentSpecification>> = { dev, staging, prod, "chisan-dr": chisanDr };
