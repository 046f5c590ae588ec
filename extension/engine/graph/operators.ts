/** The operators that the functions of this folder emit; the gradient table must have a line for each. */
export type Operator =
  | Elementwise
  | 'MatMul'
  | Layout
  | 'Shape'
  | 'ReduceSum'
  | 'ReduceMean'
  | 'ReduceMax'
  | 'ReduceMin'
  | 'ArgMax'
  | 'NonZero'
  | 'Gather'
  | 'GatherElements'
  | 'ScatterElements'
  | 'ScatterND'
  | 'Softmax'
  | 'LogSoftmax'
  | 'Gelu'
  | 'LayerNormalization'
  | 'DynamicQuantizeLinear'
  | 'MatMulInteger'
  | 'DequantizeLinear';

type Elementwise =
  | 'Identity'
  | 'Cast'
  | 'Neg'
  | 'Abs'
  | 'Sign'
  | 'Exp'
  | 'Log'
  | 'Sqrt'
  | 'Reciprocal'
  | 'Erf'
  | 'Tanh'
  | 'Sigmoid'
  | 'Relu'
  | 'Clip'
  | 'Add'
  | 'Sub'
  | 'Mul'
  | 'Div'
  | 'Pow'
  | 'Min'
  | 'Max'
  | 'Where'
  | 'Not'
  | 'And'
  | 'Or'
  | 'Equal'
  | 'Less'
  | 'LessOrEqual'
  | 'Greater'
  | 'GreaterOrEqual';

type Layout =
  'Reshape' | 'Transpose' | 'Squeeze' | 'Unsqueeze' | 'Expand' | 'Concat' | 'Slice' | 'Split' | 'Pad';
