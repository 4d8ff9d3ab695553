'use client'
/** The way to what there is to know of an answer, for who asks. */
import { Info } from 'lucide-react'
import { Suspense, useState } from 'react'
import type { Message } from '../../client/index.ts'
import { useText } from '../i18n/use-text.tsx'
import { IconButton } from './button.tsx'
import { later } from './later.tsx'

const AboutPopover = later(() => import('./about-popover.tsx'))

export function AnswerAbout({ message }: { message: Message }) {
  const { about } = useText()
  /** The button, while what it opens is open. */
  const [opened, setOpened] = useState<HTMLElement | null>(null)
  return (
    <>
      <IconButton
        label={about.name}
        aria-haspopup="dialog"
        aria-expanded={opened !== null}
        data-state={opened ? 'open' : 'closed'}
        onClick={({ currentTarget }) => setOpened(opened ? null : currentTarget)}
      >
        <Info />
      </IconButton>
      {opened && (
        <Suspense>
          <AboutPopover
            message={message}
            anchor={{ current: opened }}
            onClose={() => setOpened(null)}
          />
        </Suspense>
      )}
    </>
  )
}
