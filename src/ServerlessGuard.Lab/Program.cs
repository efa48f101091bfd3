await Console.Error.WriteLineAsync("not in this version");
return 1;
