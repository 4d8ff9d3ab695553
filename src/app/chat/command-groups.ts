/** What the palette offers: chats, what one can do with the one that is shown, and the page's settings. */
import {
  Braces,
  Cpu,
  FileText,
  Keyboard,
  Languages,
  MessageSquare,
  Monitor,
  Moon,
  Pencil,
  Settings,
  SquarePen,
  Sun,
  Trash2,
} from 'lucide-react'
import { useTheme } from 'next-themes'
import type { Session } from '../../client/index.ts'
import type { PaletteGroup, PaletteItem } from '../components/palette.tsx'
import type { Dictionary } from '../i18n/en.ts'
import { languageName, languages } from '../i18n/languages.ts'
import { useLanguage, useText } from '../i18n/use-text.tsx'
import { showOverlay } from './overlay.ts'
import { useSessionCommands } from './use-session-commands.tsx'

interface CommandGroupsOptions {
  /** The chat that is shown; null for a new one. */
  current: Session | null
  /** What the search found. */
  sessions: readonly Session[]
  query: string
  canChangeModel: boolean
  onOpen: (sessionId: string | null) => void
  onView: (view: 'models' | 'rename') => void
  onDone: () => void
}

const themeIcons = { light: Sun, dark: Moon, system: Monitor }

export function useCommandGroups(options: CommandGroupsOptions): PaletteGroup[] {
  const { current, sessions, query, canChangeModel, onOpen, onView, onDone } = options
  const text = useText()
  const { palette } = text
  const { exportAs, remove } = useSessionCommands()
  const { theme, setTheme } = useTheme()
  const { choice, choose } = useLanguage()
  const then = (run: () => void) => () => {
    onDone()
    run()
  }
  const ofChat: PaletteItem[] = current
    ? [
        { id: 'rename', label: palette.rename, Icon: Pencil, run: () => onView('rename') },
        ...(canChangeModel
          ? [{ id: 'model', label: palette.model, Icon: Cpu, run: () => onView('models') }]
          : []),
        {
          id: 'export-markdown',
          label: palette.exportMarkdown,
          Icon: FileText,
          run: then(() => exportAs(current.sessionId, 'markdown')),
        },
        {
          id: 'export-json',
          label: palette.exportJson,
          Icon: Braces,
          run: then(() => exportAs(current.sessionId, 'json')),
        },
        {
          id: 'delete',
          label: palette.delete,
          Icon: Trash2,
          isDanger: true,
          run: then(() => remove(current)),
        },
      ]
    : []
  const going: PaletteItem[] = [
    { id: 'new', label: text.page.newChat, Icon: SquarePen, run: () => onOpen(null) },
    {
      id: 'settings',
      label: text.settings.title,
      Icon: Settings,
      run: () => showOverlay('settings'),
    },
    {
      id: 'keyboard',
      label: text.keyboard.title,
      Icon: Keyboard,
      hint: '?',
      run: () => showOverlay('keyboard'),
    },
  ]
  const themes = (['light', 'dark', 'system'] as const).map((value) => ({
    id: `theme-${value}`,
    label: palette.theme(text.theme[value]),
    Icon: themeIcons[value],
    ...(theme === value && { hint: palette.current }),
    run: then(() => setTheme(value)),
  }))
  const spoken = (['system', ...languages] as const).map((value) => ({
    id: `language-${value}`,
    label: palette.language(value === 'system' ? text.theme.system : languageName(value)),
    Icon: Languages,
    ...(choice === value && { hint: palette.current }),
    run: then(() => choose(value)),
  }))
  const chats = sessions.map(({ sessionId, title }) => ({
    id: `session-${sessionId}`,
    label: title,
    Icon: MessageSquare,
    ...(sessionId === current?.sessionId && { hint: palette.current }),
    run: () => onOpen(sessionId),
  }))
  const ofChats = { name: palette.groupChats, items: chats }
  return [
    { name: palette.groupGo, items: matching(going, query) },
    // While one searches they are still on their way: what is there already comes first.
    ...(query === '' ? [ofChats] : []),
    { name: palette.groupChat, items: matching(ofChat, query) },
    { name: palette.groupTheme, items: matching(themes, query) },
    { name: palette.groupLanguage, items: matching(spoken, query) },
    ...(query === '' ? [] : [ofChats]),
  ].filter(({ items }) => items.length > 0)
}

export function modelGroups(
  models: readonly string[],
  current: string | undefined,
  palette: Dictionary['palette'],
  query: string,
  onChoose: (model: string) => void,
): PaletteGroup[] {
  const items = models.map((model) => ({
    id: model,
    label: model,
    Icon: Cpu,
    ...(model === current && { hint: palette.current }),
    run: () => onChoose(model),
  }))
  const found = matching(items, query)
  return found.length > 0 ? [{ name: palette.model, items: found }] : []
}

/** Every word of the query, in any order and case. */
function matching(items: readonly PaletteItem[], query: string): readonly PaletteItem[] {
  const words = query.toLocaleLowerCase().split(/\s+/)
  return items.filter(({ label }) => {
    const name = label.toLocaleLowerCase()
    return words.every((word) => name.includes(word))
  })
}
