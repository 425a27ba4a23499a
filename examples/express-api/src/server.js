import express from 'express';

const app = express();
const notes = new Map([['1', { id: '1', text: 'Water the plants' }]]);

app.use(express.json());
app.get('/', (_request, response) => response.json({ notes: notes.size }));
app.get('/notes/:id', (request, response) => {
  const note = notes.get(request.params.id);
  if (note === undefined) response.status(404).json({ error: 'There is no such note.' });
  else response.json(note);
});
app.post('/notes', (request, response) => {
  const note = { id: String(notes.size + 1), text: String(request.body?.text ?? '') };
  notes.set(note.id, note);
  console.log(`stored note ${note.id}`);
  response.status(201).json(note);
});

const server = app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1', () =>
  console.log('ready'),
);
process.once('SIGTERM', () => server.close());
