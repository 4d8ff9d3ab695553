/** `/`: a new conversation. The layout shows it. */
export default function NewConversation() {
  return null
}
