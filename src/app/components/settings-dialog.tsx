'use client'
/** What one can set in this browser. Each change holds at once and is kept. Fetched when first opened. */
import { useTheme } from 'next-themes'
import type { ReactNode } from 'react'
import { languageName, languages } from '../i18n/languages.ts'
import { useLanguage, useText } from '../i18n/use-text.tsx'
import { modKeyName } from '../settings/send-key.ts'
import { changeSettings } from '../settings/settings.ts'
import { useSettings } from '../settings/use-settings.ts'
import { Choice } from './choice.tsx'
import { DialogFrame } from './dialog-frame.tsx'

export default function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { settings: text, theme: themes } = useText()
  const { theme = 'system', setTheme } = useTheme()
  const { sendKey, motion } = useSettings()
  const { choice, choose } = useLanguage()
  const mod = modKeyName()
  return (
    <DialogFrame title={text.title} onClose={onClose}>
      <div className="divide-y divide-line overflow-y-auto px-6 pb-4">
        <Row name={themes.name}>
          <Choice
            name={themes.name}
            value={theme}
            options={(['light', 'dark', 'system'] as const).map((value) => ({
              value,
              label: themes[value],
            }))}
            onChange={setTheme}
          />
        </Row>
        <Row name={text.sendKey} hint={text.sendKeyHint[sendKey]}>
          <Choice
            name={text.sendKey}
            value={sendKey}
            options={[
              { value: 'enter', label: text.enter },
              { value: 'mod-enter', label: text.modEnter(mod) },
            ]}
            onChange={(next) => changeSettings({ sendKey: next })}
          />
        </Row>
        <Row name={text.motion} hint={text.motionHint}>
          <Choice
            name={text.motion}
            value={motion}
            options={[
              { value: 'system', label: themes.system },
              { value: 'reduced', label: text.reduced },
            ]}
            onChange={(next) => changeSettings({ motion: next })}
          />
        </Row>
        <Row name={text.language}>
          <Choice
            name={text.language}
            value={choice}
            options={[
              { value: 'system', label: themes.system },
              ...languages.map((value) => ({ value, label: languageName(value), lang: value })),
            ]}
            onChange={choose}
          />
        </Row>
      </div>
    </DialogFrame>
  )
}

function Row({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-4">
      <div className="min-w-40 flex-1">
        <p className="text-base text-ink">{name}</p>
        {hint && <p className="mt-0.5 text-sm text-ink-3">{hint}</p>}
      </div>
      {children}
    </div>
  )
}
