/** The form of a sentence that goes with a number, by the rules of a language. Used by dictionaries. */

/** By the categories of `Intl.PluralRules`; a language gives those that it has. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

export function plurals(language: string): (count: number, forms: PluralForms) => string {
  const rules = new Intl.PluralRules(language)
  return (count, forms) => forms[rules.select(count)] ?? forms.other
}
