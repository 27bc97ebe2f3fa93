import type { NumberKind } from "./numbers.ts";

/** The numbers of one row. A field the API did not give is absent, never 0. */
export type RowValues<F extends string> = Readonly<Partial<Record<F, number>>>;

/** One labeler's work in one project. */
export interface NumberedRow<F extends string> {
  readonly project: string;
  readonly labeler: string;
  readonly values: RowValues<F>;
}

type Columns<F extends string> = ReadonlyMap<F, Float64Array>;

/**
 * Rows as columns: an object for each of a hundred thousand rows would cost the garbage collector more than reading them
 * costs. Iterating over it makes such objects, one at a time.
 */
export class RowTable<F extends string> implements Iterable<NumberedRow<F>> {
  /** The project's id of each row; equal ids are the same text in memory. */
  readonly projects: readonly string[];
  /** The labeler's id of each row, as {@link projects}. */
  readonly labelers: readonly string[];
  readonly #columns: Columns<F>;

  constructor(ids: Pick<RowTable<F>, "projects" | "labelers">, columns: Columns<F>) {
    this.projects = ids.projects;
    this.labelers = ids.labelers;
    this.#columns = columns;
  }

  /** The table of such rows. */
  static of<F extends string>(fields: Readonly<Record<F, NumberKind>>, rows: readonly NumberedRow<F>[]): RowTable<F> {
    const builder = new RowTableBuilder(fields);
    for (const { project, labeler, values } of rows) {
      const row = builder.append(project, labeler);
      for (const field in values) builder.set(row, field, values[field]);
    }
    return builder.table();
  }

  /** The rows of several tables with the same fields, one after the other. */
  static concat<F extends string>(
    fields: Readonly<Record<F, NumberKind>>,
    tables: readonly RowTable<F>[],
  ): RowTable<F> {
    const [first] = tables;
    return first && tables.length === 1
      ? first
      : RowTable.of(
          fields,
          tables.flatMap((table) => [...table]),
        );
  }

  /** The same rows, with other texts for labelers. */
  withLabelers(labelOf: (labeler: string) => string): RowTable<F> {
    return new RowTable({ projects: this.projects, labelers: this.labelers.map(labelOf) }, this.#columns);
  }

  get length(): number {
    return this.projects.length;
  }

  /** The numbers of a field, row by row; NaN where a row has none. */
  column(field: F): Float64Array {
    return this.#columns.get(field) ?? new Float64Array(this.length).fill(NaN);
  }

  *[Symbol.iterator](): Generator<NumberedRow<F>, void> {
    for (const [row, project] of this.projects.entries()) {
      const values: Partial<Record<F, number>> = {};
      for (const [field, column] of this.#columns) {
        const value = column[row] ?? NaN;
        if (!Number.isNaN(value)) values[field] = value;
      }
      yield { project, labeler: this.labelers[row] ?? "", values };
    }
  }
}

const INITIAL_ROWS = 64;

/** A column of more rows, without numbers where it had none. */
function grown(column: Float64Array): Float64Array {
  const larger = new Float64Array(2 * column.length).fill(NaN);
  larger.set(column);
  return larger;
}

/** Makes a {@link RowTable}, row by row. */
export class RowTableBuilder<F extends string> {
  readonly #columns = new Map<F, Float64Array>();
  readonly #projects: string[] = [];
  readonly #labelers: string[] = [];
  /** By project, then by labeler. */
  readonly #rows = new Map<string, Map<string, number>>();
  /** Each id once: the text of an answer has it in each row. */
  readonly #ids = new Map<string, string>();

  constructor(fields: Readonly<Record<F, NumberKind>>) {
    for (const field in fields) this.#columns.set(field, new Float64Array(INITIAL_ROWS).fill(NaN));
  }

  /** The row of a project and labeler; undefined if there is none yet. */
  find(project: string, labeler: string): number | undefined {
    return this.#rows.get(project)?.get(labeler);
  }

  /** Adds a row without numbers. */
  append(project: string, labeler: string): number {
    const row = this.#projects.length;
    for (const [field, column] of this.#columns) if (row === column.length) this.#columns.set(field, grown(column));
    const [ownProject, ownLabeler] = [this.#intern(project), this.#intern(labeler)];
    this.#projects.push(ownProject);
    this.#labelers.push(ownLabeler);
    const rows = this.#rows.get(ownProject) ?? new Map<string, number>();
    this.#rows.set(ownProject, rows.set(ownLabeler, row));
    return row;
  }

  /** Sets a row's number. */
  set(row: number, field: F, value: number | undefined): void {
    const column = this.#columns.get(field);
    if (column) column[row] = value ?? NaN;
  }

  /** Adds numbers to those of a row. Known plus unknown is unknown; so is what does not add up, and infinity. */
  addTo(row: number, values: RowValues<F>, isAdditive: (field: F) => boolean): void {
    for (const [field, column] of this.#columns) {
      const sum = (column[row] ?? NaN) + (values[field] ?? NaN);
      column[row] = isAdditive(field) && Number.isFinite(sum) ? sum : NaN;
    }
  }

  /** The rows. The builder is not to be used after this. */
  table(): RowTable<F> {
    const [projects, labelers, { length }] = [this.#projects, this.#labelers, this.#projects];
    const columns = new Map([...this.#columns].map(([field, column]) => [field, column.slice(0, length)]));
    return new RowTable({ projects, labelers }, columns);
  }

  #intern(id: string): string {
    const known = this.#ids.get(id);
    if (known !== undefined) return known;
    this.#ids.set(id, id);
    return id;
  }
}
