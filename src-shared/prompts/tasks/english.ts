/** @file Our own English wordings, several to a task, for models that take free words. */
import type { TaskId } from './task'

export const ENGLISH: Readonly<Record<TaskId, readonly string[]>> = {
  rec: [
    'Where is {expression}? Give its box.',
    'Find {expression} in the image and mark it with a box.',
    'Point {expression} out by its bounding box.',
    'Please locate {expression} and answer with its coordinates.'
  ],
  'find-all': [
    'Find every instance of {expression} and give a box for each. If there is none, say so.',
    'Mark all occurrences of {expression}, one box each; answer "none" when there are none.',
    'Which places in the image match {expression}? List all of them, or say that nothing does.'
  ],
  reg: [
    'Write a phrase that fits {region} and nothing else in the image.',
    'How would you refer to {region} so that nobody could mistake it for another thing?',
    'Give words that single out {region}.'
  ],
  'region-caption': [
    'What does {region} show?',
    'Describe the part of the image at {region}.',
    'Tell me in a sentence what is in {region}.'
  ],
  'region-class': [
    'What kind of thing is {region}?',
    'Name the class of {region}.',
    'Which category does {region} belong to?'
  ],
  caption: [
    'Describe the image.',
    'What does this image show?',
    'Write a sentence about this image.',
    'Sum up what can be seen here.'
  ],
  'grounded-caption': [
    'Describe the image and mark each thing you mention with its box.',
    'Write a caption; give the location of everything you name.',
    'What is going on here? Put a box behind each object you speak of.'
  ],
  vqa: ['{question}', '{question} Answer briefly.', 'Look at the image and answer in a few words: {question}'],
  'vqa-cot': [
    '{question} Explain your reasons first, then give the answer.',
    '{question} Think it through before you answer.',
    'Work out the answer in steps: {question}'
  ],
  'vqa-gcot': [
    '{question} Give your reasons first and mark each object in them with its box.',
    '{question} Reason before you answer; put a bounding box behind everything you refer to.',
    'Answer with reasons that show by boxes where you looked: {question}'
  ],
  'vqa-pcot': [
    '{question} Give your reasons first and mark each object in them with a point.',
    '{question} Reason before you answer; put the center point behind everything you refer to.',
    'Answer with reasons that show by points where you looked: {question}'
  ],
  choice: [
    '{question}\n{options}\nAnswer with one of these.',
    '{question} Choose one:\n{options}',
    'Pick the right answer.\n{question}\n{options}'
  ],
  'box-qa': [
    'About {region}: {question}',
    '{question} The question is about {region}.',
    'Look at {region}. {question}'
  ],
  'point-qa-local': [
    'At {region}: {question}',
    '{question} I mean the thing at {region}.',
    'Look at the spot {region}. {question}'
  ],
  'point-qa-twice': [
    'Take the thing at {region}, then look at the whole image: {question}',
    '{region} shows what I mean. Considering the rest of the image, {question}',
    'First see what is at {region}, then answer for the entire image: {question}'
  ],
  'relation-predicate': [
    'How does {subject} relate to {object}?',
    'In a word or two, what is {subject} doing to, or where is it with respect to, {object}?',
    'Name the relation from {subject} to {object}.'
  ],
  'relation-object': [
    'Find whatever {subject} {predicate}, and give its box.',
    '{subject} {predicate} something. Where is that?',
    'Which things does this hold for: {subject} {predicate} them? Mark each with a box.'
  ],
  'relation-subject': [
    'Find whatever {predicate} {object}, and give its box.',
    'Something {predicate} {object}. Where is it?',
    'Mark with a box each thing that {predicate} {object}.'
  ],
  'coarse-location': [
    'In which part of the image is {expression}: top left, top, top right, left, center, right, bottom left, bottom or bottom right?',
    'Say roughly where {expression} is (top, bottom, left, right or center, or two of these).',
    'Does {expression} stand at the top or the bottom, left or right, or in the middle?'
  ],
  'coarse-find': [
    'What is in the {position} of the image? Name each thing and give its box.',
    'List everything in the {position} part, with boxes.',
    'Look only at the {position} of the image and mark what you find there.'
  ],
  counting: [
    'Count this in the image: {expression}. Answer with a number.',
    'What is the number of instances of {expression} here?',
    'Give the count of {expression} as a numeral.'
  ],
  'detect-classes': [
    'Find all objects of these classes and give each its box and class: {classes}.',
    'Detect: {classes}. Mark every instance with a box.',
    'Which objects here are one of {classes}? Box and label each.'
  ],
  'detect-all': [
    'Find all objects in the image and give each its box and name.',
    'Detect everything you can see; label each box.',
    'List every object with its location.'
  ],
  'detect-example': [
    'Find all objects of the same kind as {region} and mark each with a box.',
    '{region} is an example. Where else does this kind of thing occur?',
    'Detect everything that is like {region}.'
  ],
  segment: ['Outline {expression}.', 'Draw the contour of {expression}.', 'Segment {expression}.'],
  'segment-region': [
    'Outline the object in {region}.',
    'Give the contour of what is in {region}.',
    'Segment the thing in {region}.'
  ],
  ocr: [
    'Read all text in the image.',
    'Write down every word that can be read here.',
    'What is written in this image?'
  ],
  'ocr-spotting': [
    'Read all text in the image and give the place of each line.',
    'Transcribe every line of text with its box.',
    'Where is text, and what does it say? One line each.'
  ],
  'ocr-region': ['What is written in {region}?', 'Read the text in {region}.', 'Transcribe {region}.'],
  existence: [
    'Does the image show {expression}? Answer yes or no.',
    'Is this to be seen here: {expression}? Yes or no.',
    'Yes or no: can you see {expression}?'
  ],
  comparison: [
    'Compare {first} with {second}: what is alike, and what differs?',
    'In what do {first} and {second} differ?',
    'Tell {first} and {second} apart.'
  ]
}
