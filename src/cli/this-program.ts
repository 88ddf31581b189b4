/** How a person starts this program from here: out of a clone, or as an installed package. */
export const runsFromSource = import.meta.url.endsWith('.ts')

export const thisProgram = runsFromSource ? 'npm run -s syncline --' : 'npx syncline'
