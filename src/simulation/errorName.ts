/** The name of an error, fit for a cell of a CSV file. */
export const errorName = (error: unknown): string => {
  const name = error instanceof Error ? error.name : typeof error;
  return name.replace(/[^\w.-]+/g, '_') || 'Error';
};
