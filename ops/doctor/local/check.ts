/** A line on this machine: what was looked at, and the command that mends it. */
export interface LocalCheck {
  readonly id: string;
  readonly title: string;
  readonly ok: boolean;
  readonly found: string;
  /** Only of a problem. */
  readonly fix?: string;
}

export const fine = (id: string, title: string, found: string): LocalCheck => ({ id, title, ok: true, found });
export const problem = (id: string, title: string, found: string, fix: string): LocalCheck => ({ id, title, ok: false, found, fix });
