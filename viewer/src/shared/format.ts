/** Numbers as a reader wants them. */

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Three digits, with a power of ten where the number is very small or large: "2.98", "3.2 × 10⁻²⁰". */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1000) return minus(String(Number(value.toPrecision(3))));
  if (size >= 1000 && size < 1e7) return minus(count(value));
  const [mantissa, exponent] = value.toExponential(1).split("e") as [string, string];
  return minus(`${mantissa.replace(".0", "")} × 10${power(Number(exponent))}`);
}

/** "⁻²⁰" */
export function power(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => SUPERSCRIPT[Number(digit)]!);
  return (exponent < 0 ? "⁻" : "") + digits;
}

/** Groups of three digits: "12 345". */
export function count(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, Math.abs(value) < 1e4 ? "" : "\u2009");
}

/** A table as CSV; numbers with all their digits. */
export function csv(names: readonly string[], columns: readonly ArrayLike<number | string>[]): string {
  const rows = [names.map(field).join(",")];
  const length = Math.max(0, ...columns.map((column) => column.length));
  for (let k = 0; k < length; ++k) rows.push(columns.map((column) => field(String(column[k]))).join(","));
  return rows.join("\n") + "\n";
}

function field(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

function minus(text: string): string {
  return text.replace("-", "−");
}
