import type { ReactNode } from "react";
import { TableFrame } from "./TableFrame";

export interface Column<T> {
  name: string;
  of: (row: T) => string;
  isNumber?: boolean;
}

interface ReportTableProps<T> {
  label: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  /** What can be done with a row. */
  act?: (row: T) => ReactNode;
}

/** Rows in numbers; the first column names them. */
export function ReportTable<T>({ label, columns, rows, keyOf, act }: ReportTableProps<T>) {
  const classOf = ({ isNumber }: Column<T>) => (isNumber ? "table__number" : undefined);
  const [first, ...others] = columns;
  return (
    <TableFrame label={label}>
      <table className="table table--numbers">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={classOf(column)}>
                {column.name}
              </th>
            ))}
            {act && <td />}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              <th scope="row">{first?.of(row)}</th>
              {others.map((column) => (
                <td key={column.name} className={classOf(column)}>
                  {column.of(row)}
                </td>
              ))}
              {act && <td>{act(row)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
