/** Whether two objects of the same shape have equal fields. */
export const sameFields = <T extends object>(a: T, b: T): boolean =>
  a === b || (Object.keys(a) as (keyof T)[]).every((key) => Object.is(a[key], b[key]));
