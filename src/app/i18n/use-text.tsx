'use client'
/**
 * The language of the page. The server says which it is and renders in it; the browser fetches that one
 * dictionary, and React takes the page over when it is there. A change is kept in a cookie, for the next
 * page. Used by every component that speaks.
 */
import {
  createContext,
  type ReactNode,
  startTransition,
  use,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react'
import { languageChannel, languageFor } from './choose-language.ts'
import type { Dictionary } from './en.ts'
import { type Formats, formatsFor } from './formats.ts'
import { isLanguage, type Language, type LanguageChoice, loadDictionary } from './languages.ts'

interface Spoken {
  language: Language
  choice: LanguageChoice
}

interface LanguageState extends Spoken {
  dictionary: Dictionary
  formats: Formats
  choose: (choice: LanguageChoice) => void
}

// Begun with the script, not with React: it comes while React starts.
if (typeof document !== 'undefined' && isLanguage(document.documentElement.lang)) {
  void loadDictionary(document.documentElement.lang)
}

const LanguageContext = createContext<LanguageState | null>(null)

export function LanguageProvider({ children, ...rendered }: Spoken & { children: ReactNode }) {
  const [spoken, setSpoken] = useState<Spoken>(rendered)
  const speak = useCallback(async (choice: LanguageChoice, kept?: Promise<void>) => {
    const language = choice === 'system' ? languageFor(navigator.languages) : choice
    // What was chosen shows at once, the words when they have come.
    setSpoken((before) => ({ ...before, choice }))
    await Promise.all([loadDictionary(language), kept])
    document.documentElement.lang = language
    startTransition(() => setSpoken({ language, choice }))
  }, [])
  const choose = useCallback(
    (choice: LanguageChoice) => {
      // Ahead of the words: who sees them may reload the page.
      const kept = import('./keep-language.ts')
        .then((module) => module.keepLanguage(choice))
        .catch(() => {})
      void speak(choice, kept)
    },
    [speak],
  )
  useEffect(() => {
    const channel = new BroadcastChannel(languageChannel)
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data === 'system' || isLanguage(data)) void speak(data)
    }
    return () => channel.close()
  }, [speak])
  const dictionary = use(loadDictionary(spoken.language))
  const state = useMemo(
    () => ({ ...spoken, dictionary, formats: formatsFor(spoken.language), choose }),
    [spoken, dictionary, choose],
  )
  return <LanguageContext value={state}>{children}</LanguageContext>
}

function useLanguageState(): LanguageState {
  const state = useContext(LanguageContext)
  if (!state) throw new Error('useText needs a LanguageProvider above it')
  return state
}

/** The page's sentences: `const text = useText()`, then `text.composer.send`. */
export function useText(): Dictionary {
  return useLanguageState().dictionary
}

/** Times, days and numbers in the page's language. */
export function useFormats(): Formats {
  return useLanguageState().formats
}

/** Which language is spoken, what was chosen, and the way to choose. */
export function useLanguage(): Pick<LanguageState, 'language' | 'choice' | 'choose'> {
  return useLanguageState()
}
