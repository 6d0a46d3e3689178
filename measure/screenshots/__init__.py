"""Pictures of the page in every state that a visitor can see: `npm run screenshots`."""
