/** Says after each slice what came of it. */
export function sliceReport(
  unit: string,
  onStep: (what: string) => void,
  column = 'c',
): (contender: string, concurrency: number, perSecond: number) => void {
  return (contender, concurrency, perSecond) => {
    onStep(`${column}=${concurrency}  ${contender}: ${Math.round(perSecond)} ${unit}`)
  }
}
