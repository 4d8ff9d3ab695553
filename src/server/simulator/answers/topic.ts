/** What a question is about, in a few words: the answers name it, so that they read as answers. */

const politeness =
  /^(?:please|hey|hi|hello|ok(?:ay)?|so|well|now|and|but|can you|could you|would you|will you|i want you to|i(?:'d| would) like(?: you)? to|i need(?: you)? to|let'?s)\b[\s,:]*/i
const verbs =
  /^(?:tell me|explain(?: to me)?|describe|show(?: me)?|give(?: me)?|write(?: me)?|make(?: me)?|draw|create|list|compare|summari[sz]e|discuss|implement|help me(?: with| to)?|teach me|what(?: is|'s| are| was| were)?|who(?: is| are| was)|how (?:do i|do you|can i|to)|should i)\b[\s,:]*/i
const shape =
  /^(?:a|an|the|some|me|us|one|two|three|five|ten|short|brief|quick|long|detailed|simple|small|little|nice|good|in depth|table|list|essay|story|article|poem|overview|summary|example|examples|piece|code|program|function|script|snippet|steps|ideas|tips|difference|differences|of|about|on|for|with|between|in|to|that|which|explaining|comparing|and)\b[\s,:]*/i

const ending =
  /\s+(?:in|as|with|using) (?:a |the )?(?:table|list|markdown|detail|depth|short|brief|steps)$/i

const maxWords = 8
const maxChars = 60

/** In lower case at the start where that is safe; an empty text where nothing is left. */
export function topicOf(question: string): string {
  const sentence = question.trim().split(/[\n.?!]/u)[0] ?? ''
  let rest = sentence
    .replace(/[`*_|<>#[\]\\~]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  for (const pattern of [politeness, verbs, shape]) {
    for (let before = ''; before !== rest; ) {
      before = rest
      rest = rest.replace(pattern, '')
    }
  }
  rest = rest.replace(ending, '')
  const words = rest.split(' ').slice(0, maxWords).join(' ')
  return [...words]
    .slice(0, maxChars)
    .join('')
    .replace(/[\s,;:]+$/u, '')
}

export function capital(text: string): string {
  const [first = ''] = text
  return first.toUpperCase() + text.slice(first.length)
}
