'use client'
/**
 * Dragging rows of the queue to another place, with a pointer, a finger or the keyboard (Space, arrows,
 * Space). Fetched when it is first needed, by `queue.tsx`.
 */
import {
  type Announcements,
  closestCenter,
  DndContext,
  KeyboardSensor,
  type Modifier,
  PointerSensor,
  useDndContext,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import {
  type AnimateLayoutChanges,
  arrayMove,
  defaultAnimateLayoutChanges,
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import clsx from 'clsx'
import { GripVertical } from 'lucide-react'
import { type ComponentType, type ReactNode, useEffect, useState } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { createHeldKeys, type HeldKeys } from './held-keys.ts'

interface AreaProps {
  /** Of the rows that can be moved, in their order. */
  ids: readonly string[]
  onOrder: (ids: readonly string[]) => void
  children: ReactNode
}

interface ItemProps {
  id: string
  movable: boolean
  /** Gets what one drags the row by. */
  children: (handle: ReactNode) => ReactNode
}

export interface QueueDrag {
  Area: ComponentType<AreaProps>
  Item: ComponentType<ItemProps>
}

const onlyUpAndDown: Modifier = ({ transform }) => ({ ...transform, x: 0 })

function Area({ ids, onOrder, children }: AreaProps) {
  const { queue: text } = useText()
  const sensors = useSensors(
    // A press that does not move is no drag.
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const [keys] = useState(createHeldKeys)
  const placeOf = (id: string | number) => ids.indexOf(String(id)) + 1
  const announcements: Announcements = {
    onDragStart: ({ active }) => text.picked(placeOf(active.id), ids.length),
    onDragOver: ({ over }) => (over ? text.over(placeOf(over.id), ids.length) : undefined),
    onDragEnd: ({ active, over }) => text.dropped(placeOf((over ?? active).id), ids.length),
    onDragCancel: () => text.left,
  }
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      modifiers={[onlyUpAndDown]}
      accessibility={{
        announcements,
        screenReaderInstructions: {
          draggable: text.dragHelp,
        },
      }}
      onDragStart={({ activatorEvent }) => {
        if (activatorEvent instanceof KeyboardEvent) keys.hold()
      }}
      onDragEnd={({ active, over }) => {
        const from = ids.indexOf(String(active.id))
        const to = ids.indexOf(String(over?.id))
        if (from !== -1 && to !== -1 && from !== to) onOrder(arrayMove([...ids], from, to))
      }}
    >
      <WhenPlaced keys={keys} />
      <SortableContext items={[...ids]} strategy={verticalListSortingStrategy}>
        {children}
      </SortableContext>
    </DndContext>
  )
}

/** While a row is dragged with the keyboard, keys wait until its place is known. */
function WhenPlaced({ keys }: { keys: HeldKeys }) {
  const { active, collisions, over } = useDndContext()
  const isPlaced = over !== null && over.id === collisions?.[0]?.id
  useEffect(() => {
    if (active === null) keys.release()
    else keys.setReady(isPlaced)
  })
  useEffect(() => keys.release, [keys])
  return null
}

/** Rows glide to their new place, whoever moved them. */
const glide: AnimateLayoutChanges = (args) =>
  defaultAnimateLayoutChanges({ ...args, wasDragging: true })

function Item({ id, movable, children }: ItemProps) {
  const { queue: text } = useText()
  const sortable = useSortable({ id, disabled: !movable, animateLayoutChanges: glide })
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition } = sortable
  return (
    <li
      ref={setNodeRef}
      data-id={id}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      className={clsx(
        sortable.isDragging
          ? 'relative z-10 rounded-md bg-raised shadow-raised'
          : 'relative animate-rise',
      )}
    >
      {children(
        movable ? (
          <button
            ref={setActivatorNodeRef}
            type="button"
            {...attributes}
            {...listeners}
            aria-label={text.move}
            className="inline-flex size-8 shrink-0 cursor-grab touch-none items-center justify-center rounded-md text-ink-3 transition-colors hover:bg-tint hover:text-ink active:cursor-grabbing touch:size-11"
          >
            <GripVertical className="size-4" />
          </button>
        ) : null,
      )}
    </li>
  )
}

export const queueDrag: QueueDrag = { Area, Item }
