import * as pulumi from "@pulumi/pulumi";

/**
 * The base of every component of this project.
 *
 * It fixes the type token (`chisan:infrastructure:<ClassName>`) and refuses a child whose logical name does not start with the
 * component's own, because two instances of one component would otherwise collide on a URN only when the second is added.
 */
export abstract class ChisanComponent extends pulumi.ComponentResource {
  protected readonly name: string;

  /**
   * @param kind the class's name, in the type token
   * @param name the logical name, the prefix of every child's
   */
  protected constructor(kind: string, name: string, options?: pulumi.ComponentResourceOptions) {
    super(`chisan:infrastructure:${kind}`, name, {}, {
      ...options,
      // `transformations` run in this process; the newer `transforms` cost a call from the engine per child.
      transformations: [...(options?.transformations ?? []), (child) => refuseForeignName(kind, name, child)],
    });
    this.name = name;
  }

  /** Options of a child resource: this component as parent, and whatever else the child needs. */
  protected child(options: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
    return { ...options, parent: this };
  }
}

function refuseForeignName(kind: string, name: string, child: pulumi.ResourceTransformationArgs): undefined {
  if (child.name !== name && !child.name.startsWith(`${name}-`)) {
    throw new Error(`CHI-C001 ${kind} "${name}" declares a child named "${child.name}": name it "${name}-${child.name}"`);
  }
  return undefined;
}
