/** A lower triangle, row by row: of a symmetric matrix, or of its Cholesky factor. */
export type Triangle = readonly (readonly number[])[];

/** The lower triangular `L` with `L Lᵀ = matrix`. The matrix must be symmetric and positive definite. */
export function choleskyFactor(matrix: Triangle): Triangle {
  const factor: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const next: number[] = [];
    for (const [j, value] of row.entries()) {
      const other = j === i ? next : (factor[j] ?? []);
      const rest = value - dot(next, other, j);
      next.push(j === i ? Math.sqrt(rest) : rest / (other[j] ?? 1));
    }
    factor.push(next);
  }
  return factor;
}

/** Solves `L x = right`. */
export function solveLower(factor: Triangle, right: readonly number[]): number[] {
  const solution: number[] = [];
  for (const [i, row] of factor.entries()) {
    solution.push(((right[i] ?? 0) - dot(row, solution, i)) / (row[i] ?? 1));
  }
  return solution;
}

/** Solves `Lᵀ x = right`. */
export function solveUpper(factor: Triangle, right: readonly number[]): number[] {
  const solution = [...right];
  for (let i = factor.length - 1; i >= 0; i -= 1) {
    const row = factor[i] ?? [];
    const value = (solution[i] ?? 0) / (row[i] ?? 1);
    solution[i] = value;
    for (let j = 0; j < i; j += 1) solution[j] = (solution[j] ?? 0) - (row[j] ?? 0) * value;
  }
  return solution;
}

/** Solves `matrix x = right` by the Cholesky factor of the matrix. */
export function solve(factor: Triangle, right: readonly number[]): number[] {
  return solveUpper(factor, solveLower(factor, right));
}

function dot(one: readonly number[], other: readonly number[], length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i += 1) sum += (one[i] ?? 0) * (other[i] ?? 0);
  return sum;
}
